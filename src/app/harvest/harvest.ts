import { SheafError, type Problem } from '../../core/errors.ts';
import type { EventBody } from '../../core/experiment/event.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import type { Harvest } from '../../core/experiment/metric.ts';
import { hasRunSinceHarvest } from '../../core/experiment/record.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { asksTheSame, fingerprintOf, harvest, type Harvested, type HarvestRequest } from '../../harvest/index.ts';
import { yieldToEventLoop, nowMs } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { openRuleBook } from './harvest-rules.ts';
import { openReadCache } from './run-read-cache.ts';
import {
  type AskedRules,
  harvestAsking,
  harvestRequest,
  hasItsSeries,
  hasResults,
  hasRun,
  keepLost,
  writeResults,
} from './harvest-files.ts';
import { refresh } from '../observe/refresh.ts';
import type { HarvestLine, HarvestReport, RunOptions, Selector } from '../project/types.ts';
import { writeSeriesFile } from './series-file.ts';
import { isSelective, openChosen, openSelection, type OpenSelection } from '../experiments/select.ts';

export interface HarvestSelector extends Selector {
  /** Every experiment, also those that were harvested: their files are read again. */
  readonly all?: boolean;
}

export interface HarvestOptions extends RunOptions {
  /** Take the values so far of what still runs. */
  readonly live?: boolean;
}

/** What is recorded at once: so much work is lost when the command is killed. */
const BATCH_SIZE = 500;
const BATCH_MS = 5_000;

/**
 * Reads results by the rules of today's templates and records them. What has not changed is not read again.
 *
 * Without names and without `all`: what has ended and was not harvested since, or by other rules, or lacks a
 * required metric. When `signal` is aborted, what was read is recorded and the report has its progress.
 *
 * @throws SheafError as `chosen`; the problems of templates when nothing could be harvested because of them
 */
export async function harvestExperiments(
  project: Project,
  selector: HarvestSelector = {},
  options: HarvestOptions = {},
): Promise<HarvestReport> {
  const warnings = await upToDate(project);
  const { selection, isEager } = candidates(project, selector, options);
  const book = await openRuleBook(project);
  const recorder = openRecorder(project);
  const lines: HarvestLine[] = [];
  const problems: Problem[] = [];
  const total = selection.count();
  let seen = 0;
  for (const experiment of selection.rows()) {
    await yieldToEventLoop();
    if (options.signal?.aborted) break;
    seen += 1;
    const { template } = experiment.config;
    const rules = book.rulesOf(template);
    const asked = rules && { rules, versions: book.versionsOf(template) };
    if (isEager || (asked && isDue(experiment, asked))) {
      try {
        lines.push(
          await harvestOne(project, experiment, asked, { ...options, again: selector.all === true }, recorder),
        );
      } catch (error) {
        if (options.signal?.aborted) break;
        problems.push(...problemsOf(error));
      }
    }
    await recorder.flush(false);
    options.progress?.(seen, total, 'read');
  }
  await recorder.flush(true);
  return report(
    lines,
    [...book.problems(), ...problems],
    [
      ...warnings,
      ...selection.warnings,
      ...book.warnings(),
      ...recorder.warnings(),
      ...(seen < total && options.signal?.aborted
        ? [`stopped after ${seen} of ${total}; sheaf harvest goes on from there`]
        : []),
    ],
  );
}

/** A broken template keeps nothing else from being harvested; without anything else, it is the answer. */
function report(
  lines: readonly HarvestLine[],
  problems: readonly Problem[],
  warnings: readonly string[],
): HarvestReport {
  const [first, ...others] = problems;
  const isAll = lines.every(({ kind }) => kind === 'no_rules');
  if (first !== undefined && isAll) throw new SheafError([first, ...others], first.code.startsWith('file.') ? 1 : 2);
  return { lines, problems, warnings };
}

/** Whether a job still runs is asked first: otherwise a run that has ended would be skipped as running. */
async function upToDate(project: Project): Promise<readonly string[]> {
  try {
    return (await refresh(project)).warnings;
  } catch (error) {
    if (error instanceof SheafError) return [`what still runs is not known: ${error.message}`];
    throw error;
  }
}

/** `isEager`: each of them is reported, also when there is nothing to do. */
function candidates(
  project: Project,
  selector: HarvestSelector,
  { live }: HarvestOptions,
): { selection: OpenSelection; isEager: boolean } {
  if (isSelective(selector)) return { selection: openChosen(project, selector), isEager: true };
  if (selector.all) return { selection: openSelection(project, {}), isEager: true };
  const status = ['completed', 'failed', 'cancelled', ...(live ? ['running'] : [])];
  return { selection: openSelection(project, { status }), isEager: false };
}

/** Whether a harvest may find something new; looks at no file, for it is asked of every experiment that ended. */
function isDue(experiment: Experiment, asked: AskedRules): boolean {
  const { record } = experiment;
  const known = record.harvest?.value.harvest;
  if (known === undefined || hasRunSinceHarvest(record)) return true;
  const { status } = getExperimentStatus(record);
  if (status === 'running') return true;
  return (
    (status === 'completed' && lacksRequired(known)) ||
    !asksTheSame(harvestAsking(experiment, asked), known.fingerprint)
  );
}

function lacksRequired({ missing }: Harvest): boolean {
  return Object.values(missing).some(({ optional }) => optional !== true);
}

async function harvestOne(
  project: Project,
  experiment: Experiment,
  asked: AskedRules | undefined,
  {
    live,
    signal,
    again,
  }: HarvestOptions & { /** Programs run again, whatever they gave before. */ readonly again: boolean },
  recorder: Recorder,
): Promise<HarvestLine> {
  const { expId, record } = experiment;
  const { status } = getExperimentStatus(record);
  if (asked === undefined) return emptyLine(experiment, 'no_rules');
  const folder = experimentFolder(project, expId);
  const request = harvestRequest(project, experiment, asked);
  if (!hasRun(experiment, request)) return emptyLine(experiment, 'not_run');
  if (isActive(status) && !live) return emptyLine(experiment, 'running');
  const known = record.harvest?.value.harvest;
  const runsProgram = again && Object.values(asked.rules).some(({ source }) => source === 'exec');
  const isUnchanged =
    known !== undefined && !runsProgram && known.fingerprint === fingerprintOf(request) && hasItsSeries(known, folder);
  const found = isUnchanged ? known : await readAnew(project, experiment, request, recorder, signal);
  // Recorded again even if late facts about the attempts changed nothing, so that the results do not look old.
  if (hasRunSinceHarvest(record) || JSON.stringify(found) !== JSON.stringify(known)) recorder.add(experiment, found);
  else recorder.mendCopy(experiment, found);
  const isIncomplete = status === 'completed' && lacksRequired(found);
  return {
    expId,
    kind: isIncomplete ? 'incomplete' : isUnchanged ? 'unchanged' : 'harvested',
    metrics: Object.fromEntries(Object.entries(found.metrics).map(([name, metric]) => [name, getMetricValue(metric)])),
    results: found.metrics,
    missing: found.missing,
    partial: found.partial,
    notes: found.notes ?? [],
  };
}

/** Series are written at once: many experiments have more of them than memory. */
async function readAnew(
  project: Project,
  experiment: Experiment,
  request: HarvestRequest,
  recorder: Recorder,
  signal: AbortSignal | undefined,
): Promise<Harvest> {
  const folder = request.experimentFolder;
  const cache = openReadCache(project, experiment);
  const read = await harvest(request, { ...(signal && { signal }), ...(cache && { cache }) });
  const found = await keepLost(read, experiment, folder);
  const isWritten = await recorder.writeSeries(folder, found.series);
  const { status } = getExperimentStatus(experiment.record);
  cache?.close(status !== 'running' && status !== 'queued');
  // Without its series it is not done: the next harvest tries again.
  return isWritten ? found.harvest : { ...found.harvest, fingerprint: '' };
}

function emptyLine({ expId }: Experiment, kind: HarvestLine['kind']): HarvestLine {
  return { expId, kind, metrics: {}, results: {}, missing: {}, partial: false, notes: [] };
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof SheafError) return error.problems;
  throw error;
}

/** Records what was found, many at a time, and then writes the copies for people. */
interface Recorder {
  add(experiment: Experiment, found: Harvest): void;
  /** Writes the series of an experiment, which are on record as files only. False when that failed, which is reported. */
  writeSeries(folder: string, series: Harvested['series']): Promise<boolean>;
  /** Writes the copy of what is on record where a command that was ended left none, or an older one. */
  mendCopy(experiment: Experiment, found: Harvest): void;
  /** @param all also when there is little to record yet */
  flush(all: boolean): Promise<void>;
  warnings(): string[];
}

function openRecorder(project: Project): Recorder {
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
