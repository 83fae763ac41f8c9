import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeInterop, interopFile } from '../support/interop.ts';

describeInterop('the packages', (python) => {
  test('are exactly those of requirements.txt', async () => {
    const pinned = readFileSync(interopFile('requirements.txt'), 'utf8').matchAll(/^([\w.-]+)==(\S+)$/gm);
    const wanted = Object.fromEntries([...pinned].map(([, name = '', version = '']) => [normal(name), version]));
    const installed = await python.json(
      'import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))',
    );
    const found = Object.entries(installed as Record<string, string>).map(([name, version]) => [normal(name), version]);
    expect(Object.fromEntries(found)).toMatchObject(wanted);
  });
});

/** As PyPI compares names. */
function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
