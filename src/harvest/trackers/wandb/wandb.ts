import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { readByteChunks } from '../../read/byte-chunks.ts';
import type { FoundFile } from '../../base/found-file.ts';
import { formatNames } from '../../base/words.ts';
import { makeCollector, type Collector } from '../common/collector.ts';
import { Wire, WireFault } from '../event-file/wire.ts';
import type { TrackedRun, Tracker, TrackerOptions } from '../common/tracker.ts';
import { makeWandbLog, type WandbLogEnd } from './wandb-log.ts';
import { readWandbRecord } from './wandb-record.ts';
import { makeWandbRun, type WandbRunReader } from './wandb-run.ts';

/**
 * The file of an offline run of W&B, and that of a run that was synced. What was logged is series by its key, nested keys
 * with dots between; `config.<key>`, the summary, `run.id`, `run.name` and `run.group` are values. Of a key that is a series
 * the summary is only kept, as `summary.<key>`, if it is not the last value. Of several runs the newest is read.
 */
export const wandb: Tracker = { patterns: ['**/run-*.wandb'], counts: '_step', read: readWandb };

async function readWandb(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const collector = makeCollector(options);
  const runs = runsOf(files);
  const newest = runs.at(-1);
  if (newest) await readRun(newest, options, collector);
  if (newest && runs.length > 1) {
    const others = runs.slice(0, -1).map(({ id }) => id);
    collector.note(`the run ${newest.id} was read, the newest; there are others: ${formatNames(others)}`);
  }
  return collector.run();
}

interface Run {
  readonly id: string;
  /** More than one when it was resumed, in the order of their time stamps. */
  readonly files: readonly FoundFile[];
}

/** The newest is last. */
function runsOf(files: readonly FoundFile[]): Run[] {
  // The link `latest-run` leads to a folder that has a name of its own.
  const distinct = [...new Map(files.map((file) => [file.path, file])).values()];
  const ordered = distinct.toSorted((a, b) => (stampOf(a) < stampOf(b) ? -1 : 1));
  const byId = Map.groupBy(ordered, idOf);
  const newestFirst = [...new Set(ordered.map(idOf).toReversed())];
  return newestFirst.toReversed().map((id) => ({ id, files: byId.get(id) ?? [] }));
}

/** `run-abc123.wandb` */
function idOf({ shown }: FoundFile): string {
  return /run-([^/]*)\.wandb$/.exec(shown)?.[1] ?? shown;
}

/** `20260131_235959` of the folder `offline-run-20260131_235959-abc123`; empty without one. */
function stampOf({ path }: FoundFile): string {
  return /-(\d{8}_\d{6})-[^/]*\/[^/]*$/.exec(path)?.[1] ?? '';
}

async function readRun({ id, files }: Run, options: TrackerOptions, collector: Collector): Promise<void> {
  const run = makeWandbRun(collector);
  for (const [i, file] of files.entries()) {
    const startedAt = await readFile(file, options, collector, run.begin(file.shown));
    if (i > 0 && startedAt !== undefined) {
      collector.note(`the run ${id} goes on in ${file.shown}, which counts from step ${startedAt} on`);
    }
  }
  run.end();
}

/** @returns the first step of the file */
async function readFile(
  file: FoundFile,
  options: TrackerOptions,
  collector: Collector,
  part: ReturnType<WandbRunReader['begin']>,
): Promise<number | undefined> {
  const wire = new Wire();
  let unreadable = 0;
  const log = makeWandbLog((bytes) => {
    try {
      part.take(readWandbRecord(wire, bytes));
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      unreadable += 1;
    }
  });
  for await (const bytes of readByteChunks(file, options)) if (!log.push(bytes)) break;
  tellFaults(file, log.end(), unreadable, collector);
  return part.firstStep();
}

function tellFaults(
  { shown, size, unfinished }: FoundFile,
  { damaged, cutAt, unknown }: WandbLogEnd,
  unreadable: number,
  collector: Collector,
): void {
  if (size === 0 && !unfinished) collector.note(`${shown} is empty`);
  if (unknown !== undefined) collector.note(`${shown} ${unknown}`);
  if (damaged.length > 0) {
    const more = damaged.length > 1 ? ` and at ${formatCount(damaged.length - 1, 'more place')}` : '';
    collector.note(`${shown} is damaged at byte ${groupDigits(damaged[0] ?? 0)}${more}; what is whole was read`);
  }
  if (unreadable > 0) collector.note(`${formatCount(unreadable, 'record')} of ${shown} cannot be understood`);
  // A program that still writes has begun a record.
  if (cutAt !== undefined && !unfinished) {
    collector.note(`the last record of ${shown} is cut off after ${formatCount(size - cutAt, 'byte')}`);
  }
}
