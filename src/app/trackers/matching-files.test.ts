import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/project-folder.ts';
import { findMatchingFiles } from './matching-files.ts';

function folder(): string {
  const root = temporaryFolder();
  for (const file of [
    'results.json',
    'a/model.pt',
    'a/b/model.pt',
    'a/b/c/other.pt',
    '.hidden/model.pt',
    'a/.model.pt',
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  symlinkSync('/etc', join(root, 'outside'));
  symlinkSync('/etc/hostname', join(root, 'a/link.pt'));
  return root;
}

test.each([
  ['results.json', ['results.json']],
  ['*', ['results.json']],
  ['a/*.pt', ['a/model.pt']],
  ['**/*.pt', ['a/b/c/other.pt', 'a/b/model.pt', 'a/model.pt']],
  ['a/**', ['a/b/c/other.pt', 'a/b/model.pt', 'a/model.pt']],
  ['a/**/model.pt', ['a/b/model.pt', 'a/model.pt']],
  ['.hidden/*', ['.hidden/model.pt']],
  ['outside/*', []],
  ['none/*', []],
])('%j stands for %j', (pattern, files) => {
  expect(findMatchingFiles(folder(), '', pattern)).toEqual(files);
});
