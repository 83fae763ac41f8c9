import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { getProgramVersion } from './exec-program.ts';

const PROGRAM = `import json, tools.shared
from tools import numbers as n
from .nothing import x
print(json.dumps({"acc": n.ACC}))
`;

const FILES: Readonly<Record<string, string>> = {
  'tools/read.py': PROGRAM,
  'tools/tools/__init__.py': '',
  'tools/tools/shared.py': 'import sys\n',
  'tools/tools/numbers.py': 'ACC = 1\n',
  'tools/unused.py': '',
  'read.sh': 'set -e\nsource lib/common.sh\n',
  'lib/common.sh': 'echo\n',
  'data.json': '{}',
  'pkg/__main__.py': 'from . import part\n',
  'pkg/part.py': '',
  'pkg/__init__.py': '',
};

test.each([
  ['python3 tools/read.py', ['tools/read.py', 'tools/tools/shared.py', 'tools/tools/numbers.py']],
  ['cd tools && exec python3 "read.py" --of acc', ['tools/read.py', 'tools/tools/numbers.py']],
  ['KEY=1 bash read.sh | python3 -m pkg', ['read.sh', 'lib/common.sh', 'pkg/__main__.py', 'pkg/part.py']],
  ['jq .acc --slurp --rawfile=data.json', ['data.json']],
  [`'./read.sh'`, ['read.sh', 'lib/common.sh']],
])('the program %s has another version when a file that it uses changes, and only then', (command, used) => {
  const folder = temporaryFolder();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(FILES)) write(path, text);
  const before = getProgramVersion(command, folder);
  const changing = Object.keys(FILES).filter((path) => {
    write(path, `${FILES[path]}# another\n`);
    const after = getProgramVersion(command, folder);
    write(path, FILES[path] ?? '');
    return after !== before;
  });
  expect(changing).toEqual(expect.arrayContaining(used));
  expect(changing).not.toContain('tools/unused.py');
  expect(getProgramVersion(command, folder)).toBe(before);
  expect(getProgramVersion(`${command} 2>&1`, folder)).toBe(before);
});

test('a script on the PATH is part of the program', () => {
  const [folder, path] = [temporaryFolder(), process.env['PATH']];
  const script = join(folder, 'read-results');
  writeFileSync(script, '#!/bin/sh\necho 1\n');
  chmodSync(script, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  try {
    const before = getProgramVersion('read-results acc', '/');
    writeFileSync(script, '#!/bin/sh\necho 2\n');
    expect(getProgramVersion('read-results acc', '/')).not.toBe(before);
  } finally {
    process.env['PATH'] = path;
  }
});
