import { join } from 'node:path';
import { getFileFacts, makeFolder, nowMs, readTextIfThere, writeAtomic } from '../../../system/index.ts';

/**
 * Answers of Slurm that all commands of a user on a host share: small files in a folder of this host. All of it
 * can be deleted at any time; if it is not writable, sheaf asks more often.
 */
export interface Cache {
  /** Undefined when there is no folder for it. */
  readonly folder: string | undefined;
  /** Changes when something is written under a name; cheap where that is long. */
  mark(name: string): string | undefined;
  /** What was kept under a name, unless it is older than `maxAgeMs`. */
  read<T>(name: string, maxAgeMs: number): T | undefined;
  write(name: string, value: unknown): void;
  /** The value kept, or made now and kept. */
  keep<T>(name: string, maxAgeMs: number, make: () => Promise<T>): Promise<T>;
}

interface Kept {
  readonly key: string;
  readonly atMs: number;
  readonly value: unknown;
}

/** @param key answers with another key are not read: the cluster was reinstalled */
export function openCache(folder: string | undefined, key = ''): Cache {
  const path = (name: string): string | undefined => (folder === undefined ? undefined : join(folder, `${name}.json`));
  const read = <T>(name: string, maxAgeMs: number): T | undefined => {
    const file = path(name);
    const kept = file === undefined ? undefined : parse(file);
    return kept?.key === key && isRecent(kept.atMs, maxAgeMs) ? (kept.value as T) : undefined;
  };
  const mark = (name: string): string | undefined => {
    const file = path(name);
    try {
      const facts = file === undefined ? undefined : getFileFacts(file);
      return facts && `${facts.mtimeNs} ${facts.ino} ${facts.size}`;
    } catch {
      return undefined;
    }
  };
  const write = (name: string, value: unknown): void => {
    const file = path(name);
    if (folder === undefined || file === undefined) return;
    try {
      makeFolder(folder, 0o700);
      writeAtomic(file, JSON.stringify({ key, atMs: nowMs(), value } satisfies Kept), { mode: 0o600 });
    } catch {
      // A full disk: then it is asked for again.
    }
  };
  return {
    folder,
    mark,
    read,
    write,
    keep: async <T>(name: string, maxAgeMs: number, make: () => Promise<T>) => {
      const kept = read<T>(name, maxAgeMs);
      if (kept !== undefined) return kept;
      const value = await make();
      write(name, value);
      return value;
    },
  };
}

/** Of answers that are kept beside each other, each with its own time, those that are not older than `maxAgeMs`. */
export function selectRecent<T extends { readonly atMs: number }>(cache: Cache, name: string, maxAgeMs: number): T[] {
  return (cache.read<readonly T[]>(name, maxAgeMs) ?? []).filter(({ atMs }) => isRecent(atMs, maxAgeMs));
}

/** A clock that was set back must not keep it for ever. */
function isRecent(atMs: number, maxAgeMs: number): boolean {
  const ageMs = nowMs() - atMs;
  return ageMs >= 0 && ageMs <= maxAgeMs;
}

function parse(file: string): Kept | undefined {
  try {
    return (JSON.parse(readTextIfThere(file) ?? '') as Kept | null) ?? undefined;
  } catch {
    return undefined;
  }
}
