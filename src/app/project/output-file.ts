import { resolve } from 'node:path';
import { inputError } from '../../core/errors.ts';
import { getFileFacts, realPath, type ReplaceOptions } from '../../system/index.ts';

/**
 * The absolute path of a file that may be replaced. Replacing a device such as /dev/null by a file would harm everyone. Of a
 * link, what it leads to is replaced.
 *
 * @throws SheafError `export.file`
 */
export function resolveOutputPath(file: string, fix: string = 'give the name of a file'): string {
  const path = resolve(file);
  const kind = getFileFacts(path, { follow: true })?.kind;
  if (kind === undefined) return path;
  if (kind === 'file') return realPath(path);
  throw inputError('export.file', `${file} is ${kind === 'folder' ? 'a folder' : 'not a plain file'}`, {
    fix,
    now: 'nothing was written',
  });
}

/** What only its owner may read stays so when it is replaced. */
export function getKeptMode(path: string): ReplaceOptions {
  const mode = getFileFacts(path)?.mode;
  return mode === undefined ? {} : { mode };
}
