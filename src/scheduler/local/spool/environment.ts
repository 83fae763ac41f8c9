import { join } from 'node:path';
import { failure } from '../../../core/errors.ts';
import { getFileFacts, makeFolder, readTextIfThere, userId, writeAtomic } from '../../../system/index.ts';
import type { Spool } from './spool.ts';

type Environment = Readonly<Record<string, string>>;

/**
 * Keeps the environment of a job where only its user can read it, and never in the project: it may
 * hold secrets.
 *
 * @param localDir a private folder on this machine
 * @throws SheafError `local.private` when others could read it there
 */
export function keepEnvironment(localDir: string, spool: Spool, token: string, env: Environment): string {
  const folder = join(localDir, 'env', spool.name);
  makeFolder(folder, 0o700);
  for (const path of [join(localDir, 'env'), folder]) {
    const facts = getFileFacts(path);
    if (facts?.kind !== 'folder' || facts.uid !== userId() || (facts.mode & 0o077) !== 0) {
      throw failure('local.private', `${path} is not a folder that only you can enter`, {
        why: 'the environment of jobs is kept there, and it may hold secrets',
        fix: `remove ${path}`,
      });
    }
  }
  const path = join(folder, `${token}.json`);
  writeAtomic(path, JSON.stringify(env), { mode: 0o600 });
  return path;
}

/** Undefined when it was not kept, or is gone since. */
export function readKeptEnvironment(path: string | undefined): Environment | undefined {
  const text = path === undefined ? undefined : readTextIfThere(path);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Environment);
  } catch {
    return undefined;
  }
}

/** The environment of this process without what is about itself, or about a job that it was started in. */
export function getFallbackEnvironment(): Environment {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(SHEAF_|SLURM_|SBATCH_)|^(CUDA_VISIBLE_DEVICES|BASH_ENV)$/.test(entry[0]),
    ),
  );
}
