import { SheafError } from '../../core/errors.ts';
import { getFileFacts, userId, userName } from '../../system/index.ts';
import type { Missing } from './source.ts';
import type { FoundFile } from './found-file.ts';
import { makeMissing } from './words.ts';

/**
 * An error of the operating system as a metric that is missing.
 *
 * @param shown the path inside the experiment's folder
 * @throws `error` itself when it is anything else
 */
export function makeUnreadable(error: unknown, shown: string, file?: FoundFile): Missing {
  const cause = error instanceof SheafError ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (!(cause instanceof Error) || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) throw error;
  if (code === 'ENOENT') return makeMissing('no_file', `${shown} vanished while sheaf looked for it`);
  if (code !== 'EACCES' && code !== 'EPERM')
    return makeMissing('unreadable', `${shown} cannot be read: ${cause.message}`);
  const facts = file && getFileFacts(file.path);
  const mode = facts ? ` (mode ${facts.mode.toString(8).padStart(4, '0')}, owner ${facts.uid})` : '';
  return makeMissing('unreadable', `${shown} cannot be read by ${userName()}${mode}`, {
    fix: facts?.uid === userId() ? `chmod u+r ${shown}` : 'ask its owner for access',
  });
}
