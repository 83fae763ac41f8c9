import { join } from 'node:path';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ReadCache } from '../../harvest/index.ts';
import {
  getFileFacts,
  makeFolder,
  packData,
  readRange,
  removePath,
  replaceFile,
  unpackData,
} from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/** The most that is kept of an experiment while it runs: more is read again. */
const MOST_BYTES: number = 64 * 2 ** 20;

/** What was read of the files of a run that goes on, in a file of this host that may be lost at any time. */
export interface RunReadCache extends ReadCache {
  /** Keeps it for the next harvest, or forgets all where the run has ended. */
  readonly close: (isOver: boolean) => void;
}

/** Undefined when this host has no folder for it. */
export function openReadCache({ store }: Project, { key }: Experiment): RunReadCache | undefined {
  const local = store.localFolder;
  if (local === undefined) return undefined;
  const folder = join(local, 'harvest');
  const path = join(folder, key);
  const known = readFile(path);
  const kept = new Map<string, Uint8Array>();
  return {
    recall: (name) => {
      const bytes = known.get(name);
      return bytes && unpackData(bytes);
    },
    keep: (name, state) => void kept.set(name, packData(state)),
    close: (isOver) => {
      if (isOver) {
        if (getFileFacts(path)) removePath(path);
        return;
      }
      const bytes = packData(new Map([...known, ...kept]));
      if (kept.size === 0 || bytes.length > MOST_BYTES) return;
      makeFolder(folder);
      replaceFile(path, (append) => append(bytes));
    },
  };
}

function readFile(path: string): ReadonlyMap<string, Uint8Array> {
  const size = getFileFacts(path)?.size ?? 0;
  const data = size === 0 ? undefined : unpackData(readRange(path, 0, size));
  return data instanceof Map ? data : new Map();
}
