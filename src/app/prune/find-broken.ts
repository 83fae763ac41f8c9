import { join } from 'node:path';
import { failure } from '../../core/errors.ts';
import { runCommand } from '../../system/index.ts';

/** Reading the ends of a few files; a file server may be slow. Milliseconds. */
const LIMIT_MS = 10 * 60_000;

/**
 * Which checkpoints were not written to their end, as a job finds out before it resumes from one. The command `verify` of a
 * template is not run: it may need the environment of a job.
 *
 * @param folder that of the experiment
 * @param paths relative to it
 * @throws SheafError `prune.check` if that cannot be found out
 */
export async function findBroken(folder: string, paths: readonly string[]): Promise<string[]> {
  const { CHECKPOINT_FILES } = await import('../../template/index.ts');
  const files = paths.map((path) => join(folder, path));
  const { exitCode, stdout, stderr } = await runCommand(['bash', '-c', SCRIPT, 'sheaf', CHECKPOINT_FILES, ...files], {
    timeoutMs: LIMIT_MS,
  });
  if (exitCode !== 0) {
    throw failure('prune.check', `whether the checkpoints in ${folder} are whole is not known`, {
      why: exitCode === undefined ? 'reading them took too long' : stderr,
      now: 'nothing of this experiment was deleted',
      fix: 'run the command again',
    });
  }
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : (paths[Number(line)] ?? [])));
}

/** Prints the places of those that are not whole. */
const SCRIPT = `eval "$1"
shift
sheaf_verify=''
i=0
for file; do
  sheaf_is_whole "$file" || printf '%s\\n' "$i"
  i=$((i + 1))
done
`;
