import { dirname } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { TestFolder } from './run-sheaf.ts';

/** Nobody: where tests run as root, this user stands for an ordinary one. */
const NOBODY = '65534';

/**
 * Runs programs in a test's folder as a user whom permissions stop: the one that runs the tests, or nobody if that is
 * root. All that is in the folder belongs to that user.
 */
export function ordinaryUser(folder: TestFolder): TestFolder['run'] {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, dirname(folder.path)]);
  const become = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : [];
  return ([program, ...words], settings) => {
    const [first = program, ...rest] = [...become, program, ...words];
    return folder.run([first, ...rest], settings);
  };
}
