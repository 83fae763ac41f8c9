import { join } from 'node:path';
import { getAttemptOutcome } from '../../core/experiment/outcome.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import type { AttemptStart, JoinedSeries } from '../../core/experiment/join-series.ts';
import { parseStarted } from '../../core/experiment/job-record.ts';
import type { Harvest, Metric } from '../../core/experiment/metric.ts';
import { attemptName, hasRunSinceHarvest } from '../../core/experiment/record.ts';
import { getExperimentStatus } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { HarvestAttempt, Harvested, HarvestRequest } from '../../harvest/index.ts';
import { getFileFacts, isoTime, makeFolder, readText, writeAtomic } from '../../system/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';
import { hasSeriesFile, readJoinedSeries } from '../series/series-file.ts';

/** Rules with their versions. */
export type AskedRules = Pick<HarvestRequest, 'rules' | 'versions'>;

/** What a harvest depends on, but for the files. */
export function harvestAsking(
  { config, record }: Experiment,
  asked: AskedRules,
  folder?: string,
): Pick<HarvestRequest, 'attempts' | 'rules' | 'versions' | 'partial'> {
  const stages = stagesOf(config.settings).map(({ name }) => name);
  const attempts = Object.values(record.attempts).toSorted(
    (a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage) || a.n - b.n,
  );
  return {
    attempts: attempts.map((attempt) => harvestAttempt(attempt, folder, config.settings.checkpoint !== undefined)),
    ...asked,
    partial: getExperimentStatus(record).status !== 'completed',
  };
}

/** What to read of an experiment. */
export function harvestRequest(project: Project, experiment: Experiment, asked: AskedRules): HarvestRequest {
  const folder = experimentFolder(project, experiment.expId);
  return {
    expId: experiment.expId,
    params: experiment.config.params,
    projectFolder: project.root,
    experimentFolder: folder,
    ...harvestAsking(experiment, asked, folder),
  };
}

/** @param seeksCheckpoint its job looked for a checkpoint to resume from */
function harvestAttempt(attempt: Attempt, folder: string | undefined, seeksCheckpoint: boolean): HarvestAttempt {
  const { stage, n, facts } = attempt;
  const name = attemptName(attempt);
  const path = join('attempts', name);
  const isThere = folder !== undefined && getFileFacts(join(folder, path))?.kind === 'folder';
  const start = attempt.fresh ? 'anew' : isThere && n > 1 ? startOf(join(folder, path), seeksCheckpoint) : 'unknown';
  return {
    name,
    stage,
    n,
    status: getAttemptOutcome(attempt).status,
    ...(isThere && { folder: path }),
    ...((facts.started ?? facts.ended) && { hasStarted: true }),
    ...(attempt.fresh && { isFresh: true }),
    ...(start !== 'unknown' && { start }),
  };
}

/** Whether the attempt resumed from a checkpoint, by its own record. A program may also resume by means that it has itself. */
function startOf(folder: string, seeksCheckpoint: boolean): AttemptStart {
  const path = join(folder, 'started.json');
  const started = parseStarted(getFileFacts(path)?.kind === 'file' ? readText(path) : undefined);
  if (started.kind !== 'record') return 'unknown';
  if (started.record.checkpoint !== undefined) return 'resumed';
  return seeksCheckpoint ? 'anew' : 'unknown';
}

/** Something of it has started, here or by the record. */
export function hasRun({ record }: Experiment, { attempts }: HarvestRequest): boolean {
  const hasStarted = Object.values(record.attempts).some(({ facts }) => facts.started ?? facts.ended);
  return hasStarted || attempts.some(({ folder }) => folder !== undefined);
}

/**
 * A file of an attempt that is gone takes nothing back: scratch file systems are swept, and what was read before
 * stays the result, with a word about it, as long as nothing has run since.
 */
export async function keepLost(
  { harvest: found, series }: Harvested,
  { record }: Experiment,
  folder: string,
): Promise<Harvested> {
  const before = record.harvest?.value;
  if (before === undefined || hasRunSinceHarvest(record)) return { harvest: found, series };
  const isGone = (attempt: string): boolean => getFileFacts(join(folder, 'attempts', attempt)) === undefined;
  const hasLostAttempt = before.harvest.attempts.some(isGone);
  const { metrics } = before.harvest;
  const mayLack = hasLostAttempt || Object.keys(found.missing).length > 0;
  const curves =
    mayLack && Object.values(metrics).some(({ shape }) => shape !== undefined)
      ? await readJoinedSeries(folder)
      : new Map<string, JoinedSeries>();
  const kept = Object.entries(metrics).flatMap(([name, metric]): [string, Metric][] => {
    const reason = Object.hasOwn(found.missing, name) ? found.missing[name]?.reason : undefined;
    const isLost = (reason === 'no_file' || reason === 'not_run') && isSwept(metric, folder);
    // The series would be shorter by what an attempt wrote.
    const isCut = hasLostAttempt && curves.get(metric.seriesOf ?? name)?.parts.some(({ attempt }) => isGone(attempt));
    return isLost || isCut ? [[name, { ...metric, note: goneNote(metric, before.atMs) }]] : [];
  });
  const names = new Set(kept.map(([name]) => name));
  const notes = hasLostAttempt ? before.harvest.notes : found.notes;
  const { notes: _notes, ...rest } = found;
  return {
    harvest: {
      ...rest,
      ...(notes && { notes }),
      metrics: { ...found.metrics, ...Object.fromEntries(kept) },
      missing: Object.fromEntries(Object.entries(found.missing).filter(([name]) => !names.has(name))),
    },
    series: new Map([...series, ...[...curves].filter(([name]) => names.has(name))]),
  };
}

/** Whether the series that were read are still there as a file. */
export function hasItsSeries({ metrics }: Harvest, folder: string): boolean {
  return Object.values(metrics).every(({ shape }) => shape === undefined) || hasSeriesFile(folder);
}

/** Only an attempt writes into its folder: what is gone there was no doing of a later run. */
function isSwept(metric: Metric, folder: string): boolean {
  return metric.source.file.startsWith('attempts/') && isSourceGone(metric, folder);
}

/** Whether the file that a value was read from is gone. @param folder of the experiment */
export function isSourceGone({ source }: Metric, folder: string): boolean {
  return getFileFacts(join(folder, source.file)) === undefined;
}

function goneNote({ note }: Metric, atMs: number): string {
  const gone = `${GONE} ${isoTime(atMs).slice(0, 10)} stands`;
  return note === undefined ? gone : note.includes(GONE) ? note : `${note}; ${gone}`;
}

/** Whether a value is from a file that is gone since it was read. */
export function isFileGone({ note }: Metric): boolean {
  return note?.includes(GONE) === true;
}

const GONE = 'its file is gone since: what was read on';

/** Writes `results.json`: a copy for people of what is on record, never the truth. */
export function writeResults(project: Project, experiment: Experiment, found: Harvest, atMs: number): void {
  const folder = experimentFolder(project, experiment.expId);
  makeFolder(folder);
  writeAtomic(join(folder, RESULTS), resultsText(experiment, found, isoTime(atMs)));
}

/** Whether `results.json` says what is on record. */
export function hasResults(project: Project, experiment: Experiment, found: Harvest): boolean {
  const path = join(experimentFolder(project, experiment.expId), RESULTS);
  const text = getFileFacts(path)?.kind === 'file' ? readText(path) : '';
  const [, at] = /"harvested_at": "(.*?)"/.exec(text) ?? [];
  return at !== undefined && text === resultsText(experiment, found, at);
}

const RESULTS = 'results.json';

function resultsText(
  { expId }: Experiment,
  { metrics, missing, attempts, partial, notes }: Harvest,
  at: string,
): string {
  const values = Object.entries(metrics).map(([name, { source, ...metric }]) => [name, { ...metric, ...source }]);
  const results = {
    exp_id: expId,
    harvested_at: at,
    attempts,
    partial,
    ...(notes && { notes }),
    metrics: Object.fromEntries(values),
    missing,
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}
