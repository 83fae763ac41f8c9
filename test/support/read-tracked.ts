import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import type { FoundFile } from '../../src/harvest/base/found-file.ts';
import type { TrackedRun, Tracker, TrackerOptions } from '../../src/harvest/trackers/common/tracker.ts';
import { getFileFacts, realPath } from '../../src/system/index.ts';
import { newRunFolder } from './run-folder.ts';

interface Reading extends Partial<TrackerOptions> {
  /** Whose writer has not completed. */
  readonly unfinished?: boolean;
}

/** What a tracker finds in a folder with these files. */
export async function readTracked(
  tracker: Tracker,
  files: Readonly<Record<string, string | Uint8Array>>,
  reading: Reading = {},
): Promise<TrackedRun> {
  return readTrackedFolder(tracker, newRunFolder(files).path, reading);
}

/** What a tracker finds in a folder that is there. */
export async function readTrackedFolder(
  tracker: Tracker,
  folder: string,
  { unfinished = false, wants = () => true, ...options }: Reading = {},
): Promise<TrackedRun> {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((shown) => isFile(join(folder, shown)) && tracker.patterns.some((pattern) => matchesGlob(shown, pattern)))
    .toSorted()
    .map((shown) => foundFile(folder, shown, unfinished));
  return tracker.read(found, { wants, ...options });
}

function isFile(path: string): boolean {
  return getFileFacts(path, { follow: true })?.kind === 'file';
}

function foundFile(folder: string, shown: string, unfinished: boolean): FoundFile {
  const path = realPath(join(folder, shown));
  const { size = 0, mtimeNs = 0n } = getFileFacts(path) ?? {};
  return { path, shown, size, mtimeNs, unfinished };
}

/** `[step, value, time]` of each point, by key. */
export function pointsOf(run: TrackedRun): Record<string, number[][]> {
  const list = [...run.series].map(([key, { points }]) => {
    const rows = [...points.steps].map((step, i) => [step, points.values[i] ?? 0, points.times[i] ?? 0]);
    return [key, rows] as const;
  });
  return Object.fromEntries(list);
}

/** The values alone, by key. */
export function valuesOf(run: TrackedRun): Record<string, unknown> {
  return Object.fromEntries([...run.values].map(([key, { value, nonfinite }]) => [key, nonfinite ?? value]));
}

/** JSON as Python writes it, with NaN and infinities. */
export function readPythonJson(path: string): unknown {
  const quoted = readFileSync(path, 'utf8').replace(/"[^"]*"|-?Infinity|NaN/g, (word) =>
    word.startsWith('"') ? word : `"<${word}>"`,
  );
  return JSON.parse(quoted, (_key, value: unknown) => {
    const word = typeof value === 'string' ? /^<(.*)>$/.exec(value)?.[1] : undefined;
    return word === undefined ? value : Number(word);
  });
}
