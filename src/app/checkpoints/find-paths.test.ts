import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBashPattern } from '../../core/files/checkpoint-step.ts';
import { parsePathGlob } from '../../core/text/bash-glob.ts';
import { findPaths } from './find-paths.ts';

/** With links to folders in it, and without. */
let [linked, plain] = ['', ''];

const NAMES = ['a1', 'b22', '.b1', 'a-1', 'a]', 'a\nb', '007', 'a!1', 'b^', 'B'];

function makeTree(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-paths-')));
  for (const folder of ['', 'a', 'a/b', 'a/b/a', 'b', '.a', 'ab-1', '12']) {
    mkdirSync(join(root, folder), { recursive: true });
    for (const name of NAMES) writeFileSync(join(root, folder, name), '');
  }
  symlinkSync('nothing', join(root, 'broken'));
  return root;
}

beforeAll(() => {
  [linked, plain] = [makeTree(), makeTree()];
  symlinkSync('a', join(linked, 'link'));
  symlinkSync('..', join(linked, 'a/b/up'));
});

afterAll(() => [linked, plain].forEach((root) => rmSync(root, { recursive: true, force: true })));

/** As the job looks for checkpoints. */
const SCRIPT = `
export LC_ALL=C; IFS=''; shopt -s nullglob globstar extglob
while read -r pattern; do
  for path in "$1/"$pattern; do [[ -e $path || -L $path ]] && printf '%s\\0' "$path"; done
  printf '\\n\\0'
done`;

function findWithBash(root: string, patterns: readonly string[]): string[][] {
  const input = `${patterns.join('\n')}\n`;
  const { stdout } = spawnSync('bash', ['-c', SCRIPT, 'bash', root], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout
    .split('\n\0')
    .slice(0, -1)
    .map((paths) => [...new Set(paths.split('\0'))].filter((path) => path !== '').toSorted());
}

const report = { onUnreadable: () => expect.unreachable() };

function findHere(root: string, pattern: string): string[] {
  return findPaths(root, parsePathGlob(pattern), report)
    .map(({ path }) => path)
    .toSorted();
}

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
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('').replaceAll(/[*]+/g, '*'));

/** Without names that are dots, and without ranges: bash takes one that is upside down for no range. */
function isPlain(text: string): boolean {
  return !/(^|\/)\.?\.(\/|$)|\.[*?[]/.test(text) && !/\[[^\]/]*-/.test(text.replaceAll('[0-9]', ''));
}

function patternsOf(names: fc.Arbitrary<string>): string[] {
  const pattern = fc.array(names, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
  return fc.sample(pattern.filter(isPlain), 500).map(toBashPattern);
}

function expectSame(root: string, patterns: readonly string[]): void {
  const expected = findWithBash(root, patterns);
  expect(Object.fromEntries(patterns.map((each) => [each, findHere(root, each)]))).toEqual(
    Object.fromEntries(patterns.map((each, i) => [each, expected[i]])),
  );
}

describe('the search for what fits a pattern', () => {
  test('finds what bash finds, also behind links to folders', () => {
    expectSame(linked, [...patternsOf(name), '*/*', 'link/*', 'a/b/up/*/b?', '*']);
  });

  test('finds at any depth what bash finds', () => {
    const deep = patternsOf(fc.oneof(fc.constant('**'), name));
    // At its end, ** also stands for the folder itself in bash.
    expectSame(plain, [...deep.filter((each) => !each.endsWith('**')), '**/*', '**/a/**/b?', 'a/**/[[:digit:]]*']);
  });

  test('goes through no link for **', () => {
    expect(findHere(linked, '**/*').filter((path) => /(link|up)\//.test(path))).toEqual([]);
    expect(findHere(linked, 'link/**/a1')).toHaveLength(3);
  });

  test('finds all that is in a folder, but not the folder, for ** at the end', () => {
    expect(findHere(plain, 'a/**')).toEqual(findHere(plain, 'a/**/*'));
    expect(findHere(plain, 'a/**')).toContain(join(plain, 'a/b/a/a\nb'));
  });
});
