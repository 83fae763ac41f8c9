import { join } from 'node:path';
import { fileFacts, makeFolder, packData, readRange, replaceFile, unpackData } from '../system/index.ts';
import type { Project } from './project.ts';

/** So many are kept; those that were kept first go first. */
const MOST_KEPT = 5_000;

/** What was read of runs that ended, in a file of this host that may be lost at any time. */
export interface UsageMemory<T> {
  /** Undefined when it is not known, or was read of other files than these. */
  readonly recall: (name: string, stamp: string) => T | undefined;
  readonly keep: (name: string, stamp: string, value: T) => void;
  /** Writes what is new. */
  readonly close: () => void;
}

type Entry = readonly [stamp: string, value: unknown];

/** @param version of what is kept: another one is not recalled */
export function openUsageMemory<T>({ store }: Project, version: string): UsageMemory<T> {
  const path = store.localFolder === undefined ? undefined : join(store.localFolder, `usage-${version}`);
  const known = path === undefined ? new Map<string, Entry>() : readMemory(path);
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

function readMemory(path: string): Map<string, Entry> {
  const size = fileFacts(path)?.size ?? 0;
  const data = size === 0 ? undefined : unpackData(readRange(path, 0, size));
  return data instanceof Map ? data : new Map();
}
