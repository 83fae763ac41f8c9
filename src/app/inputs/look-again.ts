import { compareFingerprints, type InputNow } from '../../core/experiment/compare-fingerprints.ts';
import type { Fingerprint } from '../../core/experiment/fingerprint.ts';
import { SheafError } from '../../core/errors.ts';
import { getFileFacts } from '../../system/index.ts';
import type { RunOptions } from '../project/types.ts';
import { listInput } from './fingerprint-input.ts';

/**
 * Whether what is at the path of an input is still what is on record, by its listing: contents are not read again.
 *
 * @param limit seconds that it may take
 */
export async function lookAgain(recorded: Fingerprint, limit: number, options: RunOptions = {}): Promise<InputNow> {
  if (recorded.kind === 'partial') return { kind: 'unknown', why: recorded.why };
  if (!isThere(recorded.path)) return { kind: 'gone' };
  const { fingerprint, records } = await listInput(recorded.path, limit, options);
  const change = compareFingerprints(recorded, fingerprint);
  const { newestMs } = recorded;
  if (change.kind === 'same' || change.kind === 'unknown' || newestMs === undefined) return change;
  return { ...change, newer: records.filter(({ entry }) => entry.changedMs > newestMs).length };
}

/** For this user, a path without permission is no longer there. */
function isThere(path: string): boolean {
  try {
    return getFileFacts(path, { follow: true }) !== undefined;
  } catch (error) {
    if (error instanceof SheafError) return false;
    throw error;
  }
}
