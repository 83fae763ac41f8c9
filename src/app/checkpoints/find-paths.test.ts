import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBashPattern } from '../../core/experiment/checkpoint-step.ts';
import { parsePathGlob } from '../../core/text/bash-glob.ts';
import { findPaths } from './find-paths.ts';

let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sheaf-paths-'));
  for (const folder of ['a', 'a/b', 'a/b/a', 'b', '.a', 'ab-1', '12']) mkdirSync(join(root, folder));
  const names = ['a1', 'b22', '.b1', 'a-1', 'a]', 'a\nb', '007', 'a!1', 'b^', 'B'];
  for (const folder of ['', 'a', 'a/b', 'a/b/a', 'b', '.a', 'ab-1', '12']) {
    for (const name of names) writeFileSync(join(root, folder, name), '');
  }
  symlinkSync('a', join(root, 'link'));
  symlinkSync('..', join(root, 'a/b/up'));
  symlinkSync('nothing', join(root, 'broken'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** As the job looks for checkpoints. */
const SCRIPT = `
export LC_ALL=C; IFS=''; shopt -s nullglob globstar extglob
while read -r pattern; do
  for path in "$1/"$pattern; do [[ -e $path || -L $path ]] && printf '%s\\0' "$path"; done
  printf '\\n\\0'
done`;

/** A file by its real folder: behind `**`, bash also finds a name in folders that links lead to. */
function place(path: string): string {
  return join(realpathSync(dirname(path)), basename(path));
}

const sorted = (paths: readonly string[]): string[] => [...new Set(paths.map(place))].toSorted();

function findWithBash(patterns: readonly string[]): string[][] {
  const input = `${patterns.join('\n')}\n`;
  const { stdout } = spawnSync('bash', ['-c', SCRIPT, 'bash', root], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout
    .split('\n\0')
    .slice(0, -1)
    .map((paths) => sorted(paths.split('\0').filter((path) => path !== '')));
}

const report = { onUnreadable: () => expect.unreachable() };

function findHere(pattern: string): string[] {
  return sorted(findPaths(root, parsePathGlob(pattern), report).map(({ path }) => path));
}

describe('the search for what fits a pattern', () => {
  test('finds what bash finds', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '1',
      '0',
      '-',
      '*',
      '?',
      '[',
      ']',
      '!',
      '^',
      '[ab]',
      '[!a]',
      '[0-9]',
      '[[:digit:]]',
      '.',
      '{step}',
    );
    const name = fc.oneof(
      fc.constant('**'),
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    );
    const pattern = fc
      .array(name, { minLength: 1, maxLength: 4 })
      .map((names) => names.join('/'))
      // At its end, ** also stands for the folder itself in bash.
      .filter((text) => !text.endsWith('**') && !/(^|\/)\.?\.(\/|$)|\.[*?[]/.test(text));
    const patterns = fc.sample(pattern, 1000).map(toBashPattern);
    const expected = findWithBash(patterns);
    expect(expected.flat().length).toBeGreaterThan(0);
    expect(Object.fromEntries(patterns.map((each) => [each, findHere(each)]))).toEqual(
      Object.fromEntries(patterns.map((each, i) => [each, expected[i]])),
    );
  });

  test('finds all that is in a folder, but not the folder, for ** at the end', () => {
    expect(findHere('a/**')).toEqual(sorted([...findHere('a/**/*')]));
    expect(findHere('a/**')).toContain(join(root, 'a/b/a/a\nb'));
  });
});
