import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { formatCount } from '../../core/text/phrases.ts';
import {
  makeFolder,
  readTextIfThere,
  readTreeFile,
  writeAtomic,
  yieldToEventLoop,
  type TreeEntry,
} from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import type { RunOptions } from '../project/types.ts';

/** A file or link as the hashes have it, see `WholeFingerprint`. */
export interface InputRecord {
  readonly entry: TreeEntry;
  /** Its path and its size or target, one character a byte. */
  readonly text: string;
}

/** A tree whose contents are to be hashed. */
interface Listed {
  /** Absolute. */
  readonly path: string;
  /** Hash of its listing. */
  readonly listing: string;
  readonly records: readonly InputRecord[];
}

/**
 * The hash of all contents of a tree. It is kept in the project and not on this host, so that commands on other hosts and
 * jobs need not read 200 GB again. It holds until the listing changes.
 *
 * @returns the hash; or how many files cannot be read or vanished, so that no hash is known
 */
export async function hashContent(
  { root }: Pick<Project, 'root'>,
  { path, listing, records }: Listed,
  { signal, progress }: RunOptions,
): Promise<string | { readonly why: string }> {
  const kept = join(root, KEPT_FOLDER, createHash('sha256').update(`${path}\0${listing}`).digest('hex'));
  const known = readTextIfThere(kept)?.trim();
  if (known !== undefined && HASH.test(known)) return known;
  const content = createHash('sha256');
  for (const { text } of records) content.update(`${text}\0`, 'latin1');
  let [done, unread] = [0, 0];
  const total = records.reduce((sum, { entry }) => sum + entry.bytes, 0);
  for (const { entry } of records) {
    if (entry.target !== undefined) continue;
    const file = createHash('sha256');
    try {
      for (const piece of readTreeFile(path, entry.path)) {
        file.update(piece);
        done += piece.length;
        await yieldToEventLoop();
        signal?.throwIfAborted();
        progress?.(Math.floor(done / MIB), Math.ceil(total / MIB), `MiB of ${path} read`);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      unread += 1;
    }
    content.update(`${file.digest('hex')}\n`);
  }
  if (unread > 0) return { why: `${formatCount(unread, 'file')} cannot be read` };
  const hash = content.digest('hex');
  makeFolder(join(root, KEPT_FOLDER));
  writeAtomic(kept, `${hash}\n`);
  return hash;
}

/** Relative to the project. Jobs read and write it, too. */
const KEPT_FOLDER = '.sheaf/inputs';
const MIB = 2 ** 20;
const HASH = /^[0-9a-f]{64}$/;
