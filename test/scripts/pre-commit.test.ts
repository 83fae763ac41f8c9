import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/project-folder.ts';

const root: string = join(import.meta.dirname, '../..');
const COPIED = ['.githooks', '.oxfmtrc.json', '.oxlintrc.json', 'package.json', 'scripts', 'tsconfig.json'];
const GOOD = "/** Says hello. */\nexport const hello: string = 'hello';\n";

interface Ran {
  readonly status: number | null;
  readonly said: string;
}

interface Repository {
  readonly git: (...words: readonly string[]) => Ran;
  readonly write: (path: string, text: string) => void;
  /** Writes a file, stages it and commits. */
  readonly commit: (path: string, text: string) => Ran;
}

/** A repository with the tools of this one, whose hook is on. */
function newRepository(): Repository {
  const cwd = temporaryFolder();
  for (const path of COPIED) cpSync(join(root, path), join(cwd, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
  const git = (...words: readonly string[]): Ran => {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...words], { cwd, encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  };
  git('init', '--quiet');
  expect(spawnSync('npm', ['run', 'hooks'], { cwd }).status).toBe(0);
  return {
    git,
    write,
    commit: (path, text) => {
      write(path, text);
      git('add', path);
      return git('commit', '--quiet', '--message', path);
    },
  };
}

test.each([
  ['is not formatted', 'src/core/a.ts', GOOD.replace(' =', '='), 'src/core/a.ts'],
  ['the linter refuses', 'src/core/a.ts', GOOD.replace(/: string = .*/, ': number = Date.now();'), 'src/core/a.ts'],
  ['has a phrase to replace', 'a.md', 'It is made anew.\n', 'a.md:1: "anew" → "again"'],
])('the hook refuses a commit if a file of it %s, and names the file', (_, path, text, named) => {
  const { commit } = newRepository();
  const { status, said } = commit(path, text);
  expect(said).toContain(named);
  expect(status).toBe(1);
});

test('the hook accepts good files of any type and a deletion, whatever is not staged', () => {
  const { git, write, commit } = newRepository();
  write('unstaged.md', 'It is made anew.\n');
  expect(commit('src/core/good.ts', GOOD)).toMatchObject({ status: 0 });
  expect(commit('with space.yaml', 'a:   1\n')).toMatchObject({ status: 0 });
  git('rm', '--quiet', 'with space.yaml');
  expect(git('commit', '--quiet', '--message', 'gone')).toMatchObject({ status: 0 });
});
