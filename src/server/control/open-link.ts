import { join } from 'node:path';
import type { ExperimentManager } from '../../app/index.ts';
import type { Environment } from '../../core/value.ts';
import { removePath, startDetached, writeAtomic } from '../../system/index.ts';
import { getPrivateFolder } from './running-server.ts';

/**
 * Opens a link in the browser of this machine. Everyone sees the arguments of a program, so the browser gets a private
 * file that leads to the link.
 *
 * @returns what removes the file; undefined if there is no `xdg-open` to start
 */
export function openLink(manager: ExperimentManager, link: string, env: Environment): (() => void) | undefined {
  const file = join(getPrivateFolder(manager), 'serve.html');
  writeAtomic(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${link}">\n`, { mode: 0o600 });
  const remove = (): void => removePath(file);
  const pid = startDetached(['xdg-open', file], { cwd: '/', env, stdout: '/dev/null' });
  if (pid !== undefined) return remove;
  remove();
  return undefined;
}
