import { createHash } from 'node:crypto';
import type { Fingerprint, WholeFingerprint } from '../../core/experiment/fingerprint.ts';
import type { Input } from '../../core/settings/inputs.ts';
import { compareTexts } from '../../core/text/compare-texts.ts';
import { formatCount } from '../../core/text/phrases.ts';
import { withoutUndefined } from '../../core/value.ts';
import { listTree, type TreeEntry, type ListedTree } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';
import { hashContent, type InputRecord } from './hash-content.ts';

/** An input with an absolute path. */
export type PlacedInput = Pick<Input, 'path' | 'hash' | 'limit'>;

/**
 * Walks an input and describes what is there. The limit holds for the walk; reading contents takes as long as it takes,
 * and is done once for each state of a folder.
 *
 * @throws whatever the signal is aborted with
 */
export async function fingerprintInput(
  project: Pick<Project, 'root'>,
  { path, hash, limit }: PlacedInput,
  options: RunOptions = {},
): Promise<Fingerprint> {
  const { fingerprint, records } = await listInput(path, limit, options);
  if (hash === 'listing' || fingerprint.kind === 'partial') return fingerprint;
  const content = await hashContent(project, { path, listing: fingerprint.listing, records }, options);
  if (typeof content === 'string') return { ...fingerprint, content };
  const { files, bytes, newestMs } = fingerprint;
  const why = `${formatCount(content.unread, 'file')} cannot be read`;
  return { kind: 'partial', path, files, bytes, ...withoutUndefined({ newestMs }), why };
}

/**
 * Walks an input without reading contents.
 *
 * @param limit seconds
 */
export async function listInput(
  path: string,
  limit: number,
  { signal, progress }: RunOptions,
): Promise<{ readonly fingerprint: Fingerprint; readonly records: readonly InputRecord[] }> {
  const onFiles = (count: number): void => progress?.(count, 0, `files of ${path} found`);
  const listed = await listTree(path, { limitMs: limit * 1000, signal, onFiles });
  const counted = { path, ...count(listed.entries) };
  const why = explainPartial(listed, limit);
  if (why !== undefined) return { fingerprint: { kind: 'partial', ...counted, why }, records: [] };
  const records = sortRecords(listed.entries);
  return { fingerprint: { kind: 'whole', ...counted, ...hashRecords(records) }, records };
}

function explainPartial({ late, unreadable }: ListedTree, limit: number): string | undefined {
  if (late) return `it took longer than ${limit} s`;
  return unreadable === 0
    ? undefined
    : `${formatCount(unreadable, 'file or folder', 'files or folders')} cannot be read`;
}

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

function count(entries: readonly TreeEntry[]): Pick<Fingerprint, 'files' | 'bytes' | 'newestMs'> {
  let [bytes, newestNs] = [0, entries[0]?.changedNs];
  for (const entry of entries) {
    bytes += entry.bytes;
    if (newestNs !== undefined && entry.changedNs > newestNs) newestNs = entry.changedNs;
  }
  const newest = newestNs === undefined ? {} : { newestMs: Number(floorDivide(newestNs, NS_PER_MS)) };
  return { files: entries.length, bytes, ...newest };
}

function sortRecords(entries: readonly TreeEntry[]): InputRecord[] {
  const records = entries.map((entry) => ({ entry, text: recordText(entry) }));
  return records.sort((a, b) => compareTexts(a.text, b.text));
}

function recordText({ path, bytes, target }: TreeEntry): string {
  return `${path}//${target === undefined ? bytes : `-> ${target}`}`;
}

function hashRecords(records: readonly InputRecord[]): Pick<WholeFingerprint, 'names' | 'listing'> {
  const [names, listing] = [createHash('sha256'), createHash('sha256')];
  for (const { entry, text } of records) {
    names.update(`${text}\0`, 'latin1');
    listing.update(`${text} ${floorDivide(entry.changedNs, NS_PER_S)}\0`, 'latin1');
  }
  return { names: names.digest('hex'), listing: listing.digest('hex') };
}

/** Times before 1970 count as the system counts them: in whole seconds below, and what is over. */
function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
