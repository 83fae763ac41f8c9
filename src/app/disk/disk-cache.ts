import { join } from 'node:path';
import {
  changeTime,
  getFileFacts,
  makeFolder,
  packData,
  readRange,
  replaceFile,
  unpackData,
} from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { DISK_KINDS } from './disk-use.ts';
import type { FolderUse, SharedFile } from './measure-folder.ts';

/** What was measured of a folder before. */
export interface Remembered extends Pick<FolderUse, 'uses' | 'shared'> {
  /** Milliseconds since 1970. */
  readonly measuredMs: number;
}

/** What was measured before, in a file of this host that may be lost at any time. */
export interface DiskCache {
  /**
   * @param name of the folder: the key of an experiment, or a path
   * @param stamp of what else its content depends on
   * @returns undefined if it was not measured, or has changed since
   */
  find(name: string, folder: string, stamp: number): Remembered | undefined;
  /** Does nothing for what changed while it was measured, and for what cannot be remembered in short. */
  keep(name: string, folder: string, stamp: number, use: FolderUse, startedMs: number): void;
  /** Writes what is new. Never throws: the cache only saves time. @param stays whether a name is still needed */
  close(stays?: (name: string) => boolean): void;
}

/** Raised when what is kept changes its meaning. */
const FILE = 'disk-use-1';

/** More than this is measured again each time. */
const MOST_SHARED = 1_000;

/**
 * What changed a moment ago may go on to change deeper inside: a job records its environment while it ends. And file servers
 * tell times of changes in steps, by their own clocks. Milliseconds.
 */
const UNSURE_MS = 60_000;

/** Numbers of a folder in a row: stamp, changes, time of measurement, and two for each kind. */
const ROW = 3 + 2 * DISK_KINDS.length;

/** What the file holds: flat, as 100,000 objects take long to read. */
interface Stored {
  /** Names, separated by line breaks. */
  readonly names: string;
  /** {@link ROW} numbers for each name. */
  readonly numbers: Float64Array;
  /** For each name, which of `watched`. */
  readonly which: Uint32Array;
  /** Different lists of folders in a folder, by which its changes are seen. */
  readonly watched: readonly (readonly string[])[];
  readonly shared: ReadonlyMap<string, readonly SharedFile[]>;
}

interface Row {
  /** {@link ROW} of these, from `start` on: a part of its own for each of 100,000 rows takes long to make. */
  readonly numbers: Float64Array;
  readonly start: number;
  readonly watched: readonly string[];
  readonly shared: readonly SharedFile[];
}

/** Opens what was measured of a project on this host. */
export function openDiskCache({ store }: Project): DiskCache {
  const path = store.localFolder === undefined ? undefined : join(store.localFolder, FILE);
  const stored = path === undefined ? undefined : readStored(path);
  const places = new Map<string, number>();
  for (const name of stored?.names.split('\n') ?? []) places.set(name, places.size);
  const fresh = new Map<string, Row>();
  const rowOf = (name: string): Row | undefined => {
    const place = places.get(name);
    const known = fresh.get(name);
    if (known !== undefined || stored === undefined || place === undefined) return known;
    return {
      numbers: stored.numbers,
      start: place * ROW,
      watched: stored.watched[stored.which[place] ?? 0] ?? [],
      shared: stored.shared.get(name) ?? [],
    };
  };
  return {
    find: (name, folder, stamp) => {
      const row = rowOf(name);
      if (row === undefined) return undefined;
      const { numbers, start, watched, shared } = row;
      if (numbers[start] !== stamp || sumChanges(folder, watched)?.sum !== numbers[start + 1]) return undefined;
      const uses = DISK_KINDS.map((_, i) => ({
        bytes: numbers[start + 3 + 2 * i] ?? 0,
        inodes: numbers[start + 4 + 2 * i] ?? 0,
      }));
      return { uses, shared, measuredMs: numbers[start + 2] ?? 0 };
    },
    keep: (name, folder, stamp, { uses, shared, attempts, skipped }, startedMs) => {
      const changes = sumChanges(folder, attempts);
      const isSteady = changes !== undefined && changes.newestMs < startedMs - UNSURE_MS;
      if (!isSteady || skipped.length > 0 || shared.length > MOST_SHARED || /\n/.test(`${name}${attempts.join('')}`))
        return;
      const numbers = [stamp, changes.sum, startedMs, ...uses.flatMap(({ bytes, inodes }) => [bytes, inodes])];
      fresh.set(name, { numbers: Float64Array.from(numbers), start: 0, watched: attempts, shared });
    },
    close: (stays = () => true) => {
      if (path === undefined || store.localFolder === undefined || fresh.size === 0) return;
      const names = [...new Set([...places.keys(), ...fresh.keys()])].filter((name) => name !== '' && stays(name));
      const rows = names.map((name): [string, Row | undefined] => [name, rowOf(name)]);
      try {
        makeFolder(store.localFolder);
        replaceFile(path, (append) => append(packData(toStored(rows))));
      } catch {
        // A full disk, say: it is measured again then.
      }
    },
  };
}

/** By any change of a folder or of what it lists, the sum changes: times of changes only grow. */
function sumChanges(
  folder: string,
  watched: readonly string[],
): { readonly sum: number; readonly newestMs: number } | undefined {
  let [sum, newestMs] = [0, 0];
  for (let i = -1; i < watched.length; i += 1) {
    const changedMs = changeTime(i < 0 ? folder : `${folder}/${watched[i] ?? ''}`);
    if (changedMs === undefined) return undefined;
    sum += changedMs;
    newestMs = Math.max(newestMs, changedMs);
  }
  return { sum, newestMs };
}

function readStored(path: string): Stored | undefined {
  try {
    const size = getFileFacts(path)?.size ?? 0;
    const data = size === 0 ? undefined : (unpackData(readRange(path, 0, size)) as Partial<Stored> | undefined);
    const count = data?.names?.split('\n').length ?? 0;
    return data?.numbers?.length === count * ROW && data.which?.length === count && data.shared instanceof Map
      ? (data as Stored)
      : undefined;
  } catch {
    return undefined;
  }
}

function toStored(rows: readonly (readonly [string, Row | undefined])[]): Stored {
  const numbers = new Float64Array(rows.length * ROW);
  const which = new Uint32Array(rows.length);
  const lists = new Map<string, number>();
  const shared = new Map<string, readonly SharedFile[]>();
  rows.forEach(([name, row], place) => {
    if (row === undefined) return;
    numbers.set(row.numbers.subarray(row.start, row.start + ROW), place * ROW);
    const list = row.watched.join('\n');
    const known = lists.get(list) ?? lists.size;
    lists.set(list, known);
    which[place] = known;
    if (row.shared.length > 0) shared.set(name, row.shared);
  });
  return {
    names: rows.map(([name]) => name).join('\n'),
    numbers,
    which,
    watched: [...lists.keys()].map((list) => (list === '' ? [] : list.split('\n'))),
    shared,
  };
}
