import { createHash } from 'node:crypto';
import { describeLate, type Fingerprint, type WholeFingerprint } from '../../core/experiment/fingerprint.ts';
import type { Input } from '../../core/settings/inputs.ts';
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
  return { kind: 'partial', path, files, bytes, ...withoutUndefined({ newestMs }), ...content };
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
  if (late) return describeLate(limit);
  return unreadable === 0
    ? undefined
    : `${formatCount(unreadable, 'file or folder', 'files or folders')} cannot be read`;
}

function count(entries: readonly TreeEntry[]): Pick<Fingerprint, 'files' | 'bytes' | 'newestMs'> {
  let [bytes, newestMs] = [0, -Infinity];
  for (const entry of entries) {
    bytes += entry.bytes;
    if (entry.changedMs > newestMs) newestMs = entry.changedMs;
  }
  return { files: entries.length, bytes, ...(entries.length > 0 && { newestMs }) };
}

function sortRecords(entries: readonly TreeEntry[]): InputRecord[] {
  const records = entries.map((entry) => ({ entry, text: recordText(entry) }));
  // Texts that are equal would be of one file.
  return records.sort((a, b) => (a.text < b.text ? -1 : 1));
}

function recordText({ path, bytes, target }: TreeEntry): string {
  return `${path}//${target === undefined ? bytes : `-> ${target}`}`;
}

function hashRecords(records: readonly InputRecord[]): Pick<WholeFingerprint, 'names' | 'listing'> {
  return {
    names: hashTexts(records, ({ text }) => text),
    listing: hashTexts(records, ({ entry, text }) => `${text} ${Math.floor(entry.changedMs / 1000)}`),
  };
}

/** A call of the hash for each record would cost more than the hash. */
const AT_ONCE = 1000;

function hashTexts(records: readonly InputRecord[], toText: (record: InputRecord) => string): string {
  const hash = createHash('sha256');
  for (let i = 0; i < records.length; i += AT_ONCE) {
    const texts = records.slice(i, i + AT_ONCE).map(toText);
    hash.update(`${texts.join('\0')}\0`, 'latin1');
  }
  return hash.digest('hex');
}
