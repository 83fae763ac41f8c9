import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isReserved, RESOURCE_KEYS } from '../../src/core/settings/reserved.ts';

const examples = join(import.meta.dirname, '../../examples');
const names = globSync('*/templates/large.yaml', { cwd: examples }).map((path) => basename(dirname(dirname(path))));

function read(...path: readonly string[]): string {
  return readFileSync(join(examples, ...path), 'utf8');
}

function readTemplate(name: string, template: string): Record<string, unknown> {
  return parse(read(name, 'templates', `${template}.yaml`)) as Record<string, unknown>;
}

/** What a cluster decides: the resources of a job, what its programs are started by and in, and where they are. */
const OF_CLUSTER = ['launcher', 'environment', 'stages', ...RESOURCE_KEYS];

describe.each(names)('the example %s', (name) => {
  test('has a training program of at most 250 lines that knows flags and files, not sheaf', () => {
    const program = read(name, 'train.py');
    expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(250);
    expect(program).not.toMatch(/^\s*(?:import|from)\s+sheaf|SHEAF_/m);
  });

  test('has a large template that extends the small one, with the same parameters and stages', () => {
    const [small, { extends: base, description, ...large }] = [readTemplate(name, name), readTemplate(name, 'large')];
    expect(base).toBe(name);
    expect(description).not.toBe(small['description']);
    const params = [...Object.keys(small), ...Object.keys(small['schema'] ?? {})].filter((key) => !isReserved(key));
    expect([...params, ...OF_CLUSTER]).toEqual(expect.arrayContaining(Object.keys(large)));
    const stages = Object.keys(small['stages'] ?? {});
    expect(stages).toEqual(expect.arrayContaining(Object.keys(large['stages'] ?? {})));
  });

  test('has bounds on the major versions of its packages, the same ones in the template and in pyproject.toml', () => {
    const { requires } = (readTemplate(name, name)['environment'] ?? {}) as { readonly requires?: readonly string[] };
    const [, listed = ''] = /^dependencies = \[([^\]]*)\]/m.exec(read(name, 'pyproject.toml')) ?? [];
    const dependencies = [...listed.matchAll(/"([^"]*)"/g)].map(([, requirement]) => requirement);
    expect(requires).toEqual(dependencies);
    for (const requirement of requires ?? []) expect(requirement).toMatch(/>=[\d.]+,<[\d.]+$/);
  });
});
