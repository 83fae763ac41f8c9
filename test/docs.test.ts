import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/registry.ts';

const root: string = join(import.meta.dirname, '..');

test('every link of the documents leads to a file', () => {
  const documents = globSync(['*.md', 'docs/*.md'], { cwd: root });
  expect(documents).toContain('README.md');
  const broken = documents.flatMap((path) => {
    const links = [...readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)];
    return links.flatMap(([, to = '']) => (existsSync(join(root, dirname(path), to)) ? [] : [`${path}: ${to}`]));
  });
  expect(broken).toEqual([]);
});

test('the page of the commands has all of them', () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  expect(
    COMMANDS.filter(({ name }) => !page.includes(`\`sheaf ${name} `) && !page.includes(`\`sheaf ${name}\``)),
  ).toEqual([]);
});
