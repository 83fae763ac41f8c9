import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { makeClientWheel } from '../../scripts/package/client.ts';
import { CLIENT, describeClient, runScript } from '../support/client-pythons.ts';
import { temporaryFolder } from '../support/project-folder.ts';
import { testFolder } from '../support/run-sheaf.ts';

test('the client is one module of at most 300 lines that imports nothing but the standard library', () => {
  const module = readFileSync(join(CLIENT, 'sheaf.py'), 'utf8');
  expect(module.split('\n').length).toBeLessThanOrEqual(301);
  expect(module).toContain(`__version__ = "${manifest.version}"`);
});

test('the wheel of the client has the same bytes whenever it is built', () => {
  const [first, second] = [makeClientWheel(temporaryFolder()), makeClientWheel(temporaryFolder())];
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
});

describeClient('the wheel', ({ program }) => {
  test('pip installs it without a network, and its record fits its files', async () => {
    const folder = testFolder();
    const wheel = makeClientWheel(folder.path);
    const pip = [
      program,
      '-m',
      'pip',
      'install',
      '--no-index',
      '--disable-pip-version-check',
      '--target',
      'site',
      wheel,
    ] as const;
    const installed = await folder.run(pip);
    expect(installed, installed.stderr).toMatchObject({ exitCode: 0 });
    const script = `
import base64, hashlib, importlib.metadata as metadata, json, sheaf
wheel = metadata.distribution("sheaf-client")
for file in wheel.files:
    if file.hash: assert file.hash.value == base64.urlsafe_b64encode(hashlib.sha256(file.read_binary()).digest()).rstrip(b"=").decode()
print(json.dumps([sheaf.__version__, wheel.version, wheel.requires, sheaf.__file__.endswith("site/sheaf.py")]))`;
    expect(await runScript(folder, program, script, { PYTHONPATH: 'site' })).toEqual([
      manifest.version,
      manifest.version,
      null,
      true,
    ]);
  });
});
