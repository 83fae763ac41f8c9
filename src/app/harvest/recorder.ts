import type { EventBody } from '../../core/experiment/event.ts';
import type { Harvest } from '../../core/experiment/metric.ts';
import { SheafError, type Problem } from '../../core/errors.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Harvested } from '../../harvest/index.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { hasResults, writeResults } from './harvest-files.ts';
import { writeSeriesFile } from '../series/series-file.ts';

/** What is recorded at once: so much work is lost when the command is killed. */
const BATCH_SIZE = 500;
const BATCH_MS = 5_000;

/** Records what was found, many at a time, and then writes the copies for people. */
export interface Recorder {
  add(experiment: Experiment, found: Harvest): void;
  /** Writes the series of an experiment, which are on record as files only. False when that failed, which is reported. */
  writeSeries(folder: string, series: Harvested['series']): Promise<boolean>;
  /** Writes the copy of what is on record where a command that was ended left none, or an older one. */
  mendCopy(experiment: Experiment, found: Harvest): void;
  /** @param all also when there is little to record yet */
  flush(all: boolean): Promise<void>;
  warnings(): string[];
}

export function openRecorder(project: Project): Recorder {
  let batch: { readonly experiment: Experiment; readonly found: Harvest }[] = [];
  let sinceMs = nowMs();
  const unwritten = new Map<string, { readonly count: number; readonly why: string }>();

  /** What cannot be written is reported; what was read is recorded anyway. */
  function told(file: string, error: unknown): void {
    const [problem] = problemsOf(error);
    const { count = 0, why = problem?.message ?? '' } = unwritten.get(file) ?? {};
    unwritten.set(file, { count: count + 1, why });
  }

  async function writeSeries(folder: string, series: Harvested['series']): Promise<boolean> {
    try {
      await writeSeriesFile(folder, series);
      return true;
    } catch (error) {
      told('series.parquet', error);
      return false;
    }
  }

  function copying(act: () => void): void {
    try {
      act();
    } catch (error) {
      told('results.json', error);
    }
  }

  return {
    add: (experiment, found) => void batch.push({ experiment, found }),
    flush: async (all) => {
      const isDue = all || batch.length >= BATCH_SIZE || nowMs() - sinceMs > BATCH_MS;
      if (!isDue) return;
      const due = batch;
      batch = [];
      sinceMs = nowMs();
      await project.store.append(
        due.map(({ experiment: { key, expId }, found }): EventBody => ({
          type: 'harvested',
          key,
          exp: expId,
          harvest: found,
        })),
      );
      for (const { experiment, found } of due) copying(() => writeResults(project, experiment, found, nowMs()));
    },
    writeSeries,
    mendCopy: (experiment, found) => {
      const { atMs = nowMs() } = experiment.record.harvest?.value ?? {};
      copying(() => {
        if (!hasResults(project, experiment, found)) writeResults(project, experiment, found, atMs);
      });
    },
    warnings: () =>
      [...unwritten].map(
        ([file, { count, why }]) => `${file} of ${count} could not be written, though the results are recorded: ${why}`,
      ),
  };
}

/** @throws what is no SheafError */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof SheafError) return error.problems;
  throw error;
}
