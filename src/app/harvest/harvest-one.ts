import { withoutUndefined } from '../../core/value.ts';
import { getMetricValue } from '../../core/fields/field-value.ts';
import type { Harvest } from '../../core/experiment/metric.ts';
import { hasRunSinceHarvest } from '../../core/experiment/record.ts';
import { getExperimentStatus, isActive } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { fingerprintOf, harvest, type HarvestRequest } from '../../harvest/index.ts';
import { experimentFolder, type Project } from '../project/project.ts';

import type { HarvestLine, RunOptions } from '../project/types.ts';
import { type AskedRules, harvestRequest, hasItsSeries, hasRun, isFileGone, keepLost } from './harvest-files.ts';
import type { Recorder } from './recorder.ts';
import { openReadCache } from './run-read-cache.ts';

interface ReadingOptions extends Pick<RunOptions, 'signal'> {
  /** Take the values so far of what still runs. */
  readonly live?: boolean;
  /** Programs run again, whatever they gave before. */
  readonly again?: boolean;
}

/** Whether it lacks a metric that its rules require. */
export function lacksRequired({ missing }: Harvest): boolean {
  return Object.values(missing).some(({ optional }) => optional !== true);
}

/**
 * Reads the results of one experiment, unless nothing has changed since, and passes them to the recorder.
 *
 * @throws SheafError what keeps it from being read; the reason of the signal when it is aborted
 */
export async function harvestOne(
  project: Project,
  experiment: Experiment,
  asked: AskedRules | undefined,
  { live, signal, again }: ReadingOptions,
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
  return describeLine(experiment, found, isUnchanged);
}

/** What is reported of one experiment. */
export function describeLine({ expId, record }: Experiment, found: Harvest, isUnchanged: boolean): HarvestLine {
  const isIncomplete = getExperimentStatus(record).status === 'completed' && lacksRequired(found);
  const names = Object.keys(found.metrics);
  const gone = Object.entries(found.metrics).flatMap(([name, metric]) => (isFileGone(metric) ? [name] : []));
  const isKept = isUnchanged || (gone.length > 0 && gone.length === names.length);
  return {
    expId,
    kind: isIncomplete ? 'incomplete' : isKept ? 'unchanged' : 'harvested',
    metrics: Object.fromEntries(Object.entries(found.metrics).map(([name, metric]) => [name, getMetricValue(metric)])),
    results: found.metrics,
    missing: found.missing,
    gone,
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
  const read = await harvest(request, withoutUndefined({ signal, cache }));
  const found = await keepLost(read, experiment, folder);
  const isWritten = await recorder.writeSeries(folder, found.series);
  const { status } = getExperimentStatus(experiment.record);
  cache?.close(status !== 'running' && status !== 'queued');
  // Without its series it is not done: the next harvest tries again.
  return isWritten ? found.harvest : { ...found.harvest, fingerprint: '' };
}

function emptyLine({ expId }: Experiment, kind: HarvestLine['kind']): HarvestLine {
  return { expId, kind, metrics: {}, results: {}, missing: {}, gone: [], partial: false, notes: [] };
}
