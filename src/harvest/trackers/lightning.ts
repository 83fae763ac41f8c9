import { basename, dirname } from 'node:path';
import type { FoundFile } from '../base/found-file.ts';
import { formatNames } from '../base/words.ts';
import { makeCollector } from './common/collector.ts';
import { readMetricsTable } from './lightning-table.ts';
import type { TrackedRun, Tracker, TrackerOptions } from './common/tracker.ts';
import { readYamlValues } from './yaml-values.ts';

/**
 * What Lightning's CSVLogger leaves behind: the columns of `metrics.csv` by their names, and what `hparams.yaml` holds
 * as values `hparams/<name>`. Every start of a program makes a folder `version_N`: the newest one counts.
 */
export const lightning: Tracker = {
  patterns: ['**/metrics.csv', '**/hparams.yaml'],
  counts: 'step',
  read: readLightning,
};

async function readLightning(files: readonly FoundFile[], options: TrackerOptions): Promise<TrackedRun> {
  const folders = Map.groupBy(files, ({ shown }) => dirname(shown));
  const versions = [...folders].map(([path, inside]) => newVersion(path, inside));
  const chosen = newest(versions);
  const collector = makeCollector(options);
  const others = versions.filter((version) => chosen && version !== chosen && competes(version, chosen));
  if (others.length > 0)
    collector.note(`${chosen?.path} is read, and not ${formatNames(others.map(({ path }) => path))}`);
  if (chosen?.metrics) await readMetricsTable(chosen.metrics, options, collector);
  if (chosen?.hparams) await readYamlValues(chosen.hparams, options, collector, 'hparams/');
  return collector.run();
}

/** A folder of one start of a program. */
interface Version {
  readonly path: string;
  /** Of `version_N`; -1 for any other name. */
  readonly number: number;
  readonly metrics: FoundFile | undefined;
  readonly hparams: FoundFile | undefined;
}

function newVersion(path: string, files: readonly FoundFile[]): Version {
  const named = (name: string): FoundFile | undefined => files.find(({ shown }) => basename(shown) === name);
  const number = Number(/^version_(\d+)$/.exec(basename(path))?.[1] ?? -1);
  return { path, number, metrics: named('metrics.csv'), hparams: named('hparams.yaml') };
}

/** Of each logger's folder the highest version; of several loggers' the one with metrics, and then the newest. */
function newest(versions: readonly Version[]): Version | undefined {
  const loggers = [...Map.groupBy(versions, ({ path }) => dirname(path)).values()];
  const last = loggers.flatMap((ofOne) => ofOne.toSorted((a, b) => b.number - a.number || byTime(a, b)).slice(0, 1));
  return last.toSorted((a, b) => Number(hasMetrics(b)) - Number(hasMetrics(a)) || byTime(a, b))[0];
}

function hasMetrics({ metrics }: Version): boolean {
  return metrics !== undefined;
}

/** The newest first. */
function byTime(a: Version, b: Version): number {
  const [timeA, timeB] = [a, b].map(({ metrics, hparams }) => (metrics ?? hparams)?.mtimeNs ?? 0n);
  return Number((timeB ?? 0n) - (timeA ?? 0n));
}

/** Beside metrics of one logger, a folder of another that has none is no other run. */
function competes(other: Version, chosen: Version): boolean {
  return hasMetrics(other) || dirname(other.path) === dirname(chosen.path);
}
