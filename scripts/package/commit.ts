import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run-program.ts';

/** The commit that packages are made from. */
export interface Commit {
  readonly id: string;
  /** Whether the work tree has changes that are not in it. */
  readonly dirty: boolean;
  /** A folder with its files, and with the `node_modules` of the work tree. */
  readonly folder: string;
}

/** Writes the files of the last commit into a temporary folder, which is removed after `use`. */
export async function withCommit<T>(root: string, use: (commit: Commit) => Promise<T>): Promise<T> {
  const git = (...words: readonly string[]): string => run('git', words, { cwd: root }).toString().trim();
  const temporary = mkdtempSync(join(tmpdir(), 'sheaf-package-'));
  const folder = join(temporary, 'sheaf');
  try {
    mkdirSync(folder);
    const id = git('rev-parse', 'HEAD');
    const archive = join(temporary, 'commit.tar');
    git('archive', `--output=${archive}`, id);
    run('tar', ['-xf', archive, '-C', folder]);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return await use({ id, dirty: git('status', '--porcelain') !== '', folder });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
