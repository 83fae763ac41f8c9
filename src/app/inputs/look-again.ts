import { compareFingerprints, type InputNow } from '../../core/files/compare-fingerprints.ts';
import type { Fingerprint } from '../../core/experiment/fingerprint.ts';
import { SheafError } from '../../core/errors.ts';
import { getFileFacts, nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { listInput } from './fingerprint-input.ts';
import { hashContent } from './hash-content.ts';

/**
 * Whether what is at the path of an input is still what is on record. Contents are read only if nothing but times differ
 * and there is a hash to compare them with.
 *
 * @param limit seconds that it may take
 * @throws whatever the signal is aborted with
 */
export async function lookAgain(
  project: Pick<Project, 'root'>,
  recorded: Fingerprint,
  limit: number,
  options: RunOptions = {},
): Promise<InputNow> {
  if (recorded.kind === 'partial') return { kind: 'unknown', why: recorded.why };
  const { path, newestMs } = recorded;
  if (!isThere(path)) return { kind: 'gone' };
  const endMs = nowMs() + limit * 1000;
  const { fingerprint, records } = await listInput(path, limit, options);
  const change = compareFingerprints(recorded, fingerprint);
  if (change.kind === 'same' || fingerprint.kind === 'partial' || newestMs === undefined) return change;
  const now = { ...change, newer: records.filter(({ entry }) => entry.changedMs > newestMs).length };
  if (change.kind !== 'written again' || recorded.content === undefined) return now;
  const listed = { path, listing: fingerprint.listing, records };
  const content = await readUntil(endMs, (limited) => hashContent(project, listed, limited), options);
  return typeof content === 'string'
    ? compareFingerprints(recorded, { ...fingerprint, content })
    : { ...now, ...content };
}

type Content = Awaited<ReturnType<typeof hashContent>>;

/** Reads contents for a limited time. @throws whatever the signal of the options is aborted with */
async function readUntil(
  endMs: number,
  read: (options: RunOptions) => Promise<Content>,
  options: RunOptions,
): Promise<Content> {
  const { signal } = options;
  const late = AbortSignal.timeout(Math.max(0, endMs - nowMs()));
  try {
    return await read({ ...options, signal: AbortSignal.any([late, ...(signal ? [signal] : [])]) });
  } catch (error) {
    signal?.throwIfAborted();
    if (late.aborted) return { why: 'reading them takes too long' };
    throw error;
  }
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
