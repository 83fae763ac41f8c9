import { join } from 'node:path';
import {
  countBytes,
  describeBuckets,
  listNumbers,
  readBuckets,
  type BucketShape,
} from '../../core/curves/bucket-bytes.ts';
import type { Buckets } from '../../core/curves/buckets.ts';
import type { Levels } from '../../core/curves/levels.ts';
import type { CurveHead } from '../../core/curves/place-points.ts';
import { SheafError } from '../../core/errors.ts';
import { hash64 } from '../../core/text/hash.ts';
import { getFileFacts, listFolder, makeFolder, readRange, removePath, replaceFile } from '../../system/index.ts';
import type { Project } from '../project/project.ts';

/** With a version of what is kept: another one is not recalled. */
const FOLDER = 'curves-2';
/** Of all curves of a project on this host. */
const MOST_BYTES = 512 * 2 ** 20;
/** Read at once: the header and the levels with few buckets. */
const HEAD_BYTES = 64 * 1024;

/** A curve as it is kept. */
export interface KeptCurve {
  readonly head: CurveHead;
  readonly counts: Levels['counts'];
  /** The lowest level first. */
  readonly levels: readonly number[];
  /** Undefined if the file has changed since. */
  readonly readLevel: (level: number) => Buckets | undefined;
}

/** Curves in levels of buckets, in files of this host that may be lost at any time. */
export interface CurveCache {
  /** Undefined when they are not known, or were made from something else than this stamp stands for. */
  readonly recall: (name: string, stamp: string) => KeptCurve[] | undefined;
  readonly keep: (name: string, stamp: string, curves: readonly MadeCurve[]) => void;
  /** Makes room, if anything was kept. */
  readonly close: () => void;
}

/** A curve to keep. */
interface MadeCurve {
  readonly head: CurveHead;
  readonly levels: Levels;
}

interface Header {
  readonly stamp: string;
  readonly curves: readonly {
    readonly head: CurveHead;
    readonly counts: readonly number[];
    /** As their numbers follow: the highest level first. */
    readonly shapes: readonly BucketShape[];
  }[];
}

/** Without a folder on this host nothing is kept. */
export function openCurveCache({ store }: Project): CurveCache {
  const folder = store.localFolder === undefined ? undefined : join(store.localFolder, FOLDER);
  if (folder === undefined) return { recall: () => undefined, keep: () => {}, close: () => {} };
  const pathOf = (name: string): string => join(folder, hash64(name).toString(16).padStart(16, '0'));
  let isNew = false;
  return {
    recall: (name, stamp) => recallCurves(pathOf(name), stamp),
    keep: (name, stamp, curves) => {
      isNew = unlessRefused(() => keepCurves(folder, pathOf(name), { stamp, curves })) || isNew;
    },
    close: () => {
      if (isNew) unlessRefused(() => makeRoom(folder));
    },
  };
}

/** A cache that cannot be written is slow, and no reason to fail. */
function unlessRefused(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof SheafError) return false;
    throw error;
  }
}

function keepCurves(
  folder: string,
  path: string,
  { stamp, curves }: { readonly stamp: string; readonly curves: readonly MadeCurve[] },
): void {
  const ordered = curves.map(({ levels: { kept } }) => kept.toReversed());
  const header: Header = {
    stamp,
    curves: curves.map(({ head, levels: { counts } }, i) => ({
      head,
      counts: counts.map((count) => Math.min(count, Number.MAX_SAFE_INTEGER)),
      shapes: (ordered[i] ?? []).map((buckets) => describeBuckets(buckets, true)),
    })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  const padding = Buffer.alloc(-text.length & 3, ' ');
  length.writeUInt32LE(text.length + padding.length);
  makeFolder(folder, 0o700);
  replaceFile(path, (append) => {
    append(Buffer.concat([length, text, padding]));
    for (const buckets of ordered.flat()) {
      for (const { buffer, byteOffset, byteLength } of listNumbers(buckets, describeBuckets(buckets, true))) {
        append(new Uint8Array(buffer, byteOffset, byteLength));
      }
    }
  });
}

/** The bytes of a file that begins with a header of this stamp. */
interface Opened {
  readonly bytes: Buffer;
  readonly header: Header;
  readonly start: number;
}

function openKept(path: string, stamp: string, most: number): Opened | undefined {
  const size = getFileFacts(path)?.size ?? 0;
  if (size < 4) return undefined;
  let bytes = readRange(path, 0, Math.min(size, most));
  const start = 4 + bytes.readUInt32LE(0);
  if (start > bytes.length) bytes = readRange(path, 0, size);
  try {
    const header = JSON.parse(bytes.toString('utf8', 4, start)) as Header;
    return header.stamp === stamp ? { bytes, header, start } : undefined;
  } catch {
    return undefined;
  }
}

function recallCurves(path: string, stamp: string): KeptCurve[] | undefined {
  let opened = openKept(path, stamp, HEAD_BYTES);
  let next = opened?.start ?? 0;
  return opened?.header.curves.map(({ head, counts, shapes }) => {
    const places = shapes.map((shape) => {
      const at = next;
      next += countBytes(shape);
      return { at, shape };
    });
    return {
      head,
      counts,
      levels: shapes.map(({ level }) => level).toReversed(),
      readLevel: (level) => {
        const place = places.find(({ shape }) => shape.level === level);
        if (place === undefined || opened === undefined) return undefined;
        const end = place.at + countBytes(place.shape);
        // The file may have been replaced since.
        if (end > opened.bytes.length) opened = openKept(path, stamp, Infinity);
        if (opened === undefined || end > opened.bytes.length) return undefined;
        return readBuckets(opened.bytes, place.at, place.shape) as Buckets;
      },
    };
  });
}

/** Removes the files that were written longest ago until a tenth is free again. */
function makeRoom(folder: string): void {
  const files = listFolder(folder).flatMap((name) => {
    const path = join(folder, name);
    const facts = getFileFacts(path);
    return facts === undefined ? [] : [{ path, bytes: facts.size, mtimeMs: facts.mtimeMs }];
  });
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= MOST_BYTES) return;
  for (const file of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (bytes <= MOST_BYTES * 0.9) return;
    removePath(file.path);
    bytes -= file.bytes;
  }
}
