import { join } from 'node:path';
import { getFileFacts, makeFolder, packData, readRange, replaceFile, unpackData } from '../../system/index.ts';
import type { Project } from './project.ts';

/** At most this many are kept; the oldest go first. */
const MOST_KEPT = 5_000;

/** What took long to find out, in a file of this host that may be lost at any time. */
export interface HostCache<T> {
  /** Undefined when it is not known, or was found out from something else than this stamp stands for. */
  readonly recall: (name: string, stamp: string) => T | undefined;
  readonly keep: (name: string, stamp: string, value: T) => void;
  /** Writes what is new. */
  readonly close: () => void;
}

type Entry = readonly [stamp: string, value: unknown];

/** @param name of the file, with a version of what is kept: another one is not recalled */
export function openHostCache<T>({ store }: Project, name: string): HostCache<T> {
  const path = store.localFolder === undefined ? undefined : join(store.localFolder, name);
  const known = path === undefined ? new Map<string, Entry>() : readCache(path);
  let isNew = false;
  return {
    recall: (name, stamp) => {
      const entry = known.get(name);
      return entry?.[0] === stamp ? (entry[1] as T) : undefined;
    },
    keep: (name, stamp, value) => {
      known.set(name, [stamp, value]);
      isNew = true;
    },
    close: () => {
      if (!isNew || path === undefined || store.localFolder === undefined) return;
      const bytes = packData(new Map([...known].slice(-MOST_KEPT)));
      makeFolder(store.localFolder);
      replaceFile(path, (append) => append(bytes));
    },
  };
}

function readCache(path: string): Map<string, Entry> {
  const size = getFileFacts(path)?.size ?? 0;
  const data = size === 0 ? undefined : unpackData(readRange(path, 0, size));
  return data instanceof Map ? data : new Map();
}
