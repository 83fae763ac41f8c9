import { inputError } from '../../core/errors.ts';
import { compareFingerprints, isSameInput, type InputChange } from '../../core/files/compare-fingerprints.ts';
import type { Fingerprint } from '../../core/experiment/fingerprint.ts';
import { getNewestInputs } from '../../core/experiment/recorded-inputs.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Metric } from '../../core/experiment/metric.ts';
import { getExperimentStatus, type Status } from '../../core/experiment/status.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import type { Value, ValueMap } from '../../core/value.ts';
import { findBestPlaces, compareExperiments, type ComparedRow } from '../../report/index.ts';
import { listMissingMetrics, metricOf } from './cells.ts';
import { describeStart, getStart } from '../checkpoints/start-file.ts';
import { formatList } from '../../core/text/phrases.ts';
import { findExperiment } from '../project/find.ts';
import { findUnreadable } from '../harvest/unread.ts';
import { explainMissing, openWatch, type MissingCause } from './missing.ts';
import type { Project } from '../project/project.ts';

export interface CompareRequest {
  /** Also what is the same in all. */
  readonly allValues?: boolean;
}

/** Experiments side by side. */
export interface CompareResult {
  readonly expIds: readonly string[];
  /** Of each experiment: values of one that has not ended are not its last. */
  readonly statuses: readonly Status[];
  /** Those that differ, unless all are asked for. */
  readonly params: readonly ComparedRow[];
  /** How many parameters there are. */
  readonly paramCount: number;
  /** What they start from, if it is not the same checkpoint, or if all values are asked for. */
  readonly settings: readonly ComparedRow[];
  readonly metrics: readonly (ComparedRow & {
    /** Why an experiment has no value, in their order. */
    readonly missing: readonly (MissingCause | undefined)[];
    /** Which values are better, where the rules say it, all alike. */
    readonly mode?: Mode;
    /** Where all rules that name one name the same. */
    readonly unit?: string;
    /** How many of the experiments have its values over steps. */
    readonly seriesCount: number;
    /** Places of the best, in the order of the experiments; several where they are equal. One that was stopped is none of them. */
    readonly best: readonly number[];
  })[];
  /** What they read, by the records of their newest attempts. */
  readonly inputs: readonly ComparedInputs[];
  readonly warnings: readonly string[];
}

/** An input of experiments side by side. */
export interface ComparedInputs {
  readonly name: string;
  /** In the order of the experiments; undefined for one that has no record of it. */
  readonly recorded: readonly (Fingerprint | undefined)[];
  /** Against the first experiment that has a record of it, which has no change itself. */
  readonly changes: readonly (InputChange | undefined)[];
  readonly differs: boolean;
}

/**
 * Experiments side by side: what was different, and what came of it.
 *
 * @throws SheafError `compare.few`, `experiment.unknown`
 */
export async function compare(
  project: Project,
  ids: readonly string[],
  { allValues = false }: CompareRequest = {},
): Promise<CompareResult> {
  const experiments = [...new Set(ids)].map((id) => findExperiment(project, id));
  if (experiments.length < 2) {
    throw inputError('compare.few', 'compare needs two experiments or more', {
      fix: `name another one: sheaf compare ${ids[0] ?? 'ID'} ANOTHER`,
    });
  }
  const unreadable = await findUnreadable(project, { ids: experiments.map(({ expId }) => expId) });
  const watch = openWatch(unreadable);
  for (const experiment of experiments) watch.see(experiment);
  const { expIds, params, metrics } = compareExperiments(experiments.map(comparable));
  const statuses = experiments.map(({ record }) => getExperimentStatus(record).status);
  return {
    expIds,
    statuses,
    params: params.filter(({ differs }) => allValues || differs),
    paramCount: params.length,
    settings: compareStarts(experiments).filter(({ differs }) => allValues || differs),
    metrics: [...metrics, ...absentEverywhere(experiments, metrics)].map((row) => {
      const mode = modeOf(experiments, row.name);
      const unit = findShared(experiments, row.name, 'unit');
      return {
        ...row,
        missing: experiments.map((each) => explainMissing(each, row.name, unreadable)),
        ...(mode === undefined ? {} : { mode }),
        ...(unit === undefined ? {} : { unit }),
        seriesCount: experiments.filter((each) => metricOf(each, row.name)?.shape !== undefined).length,
        best: findBestPlaces(
          row.values.map((value, i) => (statuses[i] === 'stopped' ? undefined : value)),
          mode,
        ),
      };
    }),
    inputs: compareAllInputs(experiments),
    warnings: [...watch.warnings(), ...warnOfStopped(expIds, statuses)],
  };
}

function warnOfStopped(expIds: readonly string[], statuses: readonly Status[]): string[] {
  const stopped = expIds.filter((_, i) => statuses[i] === 'stopped');
  if (stopped.length === 0) return [];
  const what = stopped.length === 1 ? 'was stopped: its values are' : 'were stopped: their values are';
  return [`${formatList(stopped)} ${what} not of a whole run, and never the best`];
}

function compareAllInputs(experiments: readonly Experiment[]): ComparedInputs[] {
  const all = experiments.map(({ record }) => getNewestInputs(record));
  return [...new Set(all.flatMap((inputs) => Object.keys(inputs)))].map((name) => {
    const recorded = all.map((inputs) => inputs[name]);
    const first = recorded.find((each) => each !== undefined);
    const changes = recorded.map((each) =>
      each === undefined || each === first || first === undefined ? undefined : compareFingerprints(first, each),
    );
    const differs =
      recorded.includes(undefined) || changes.some((change) => change !== undefined && !isSameInput(change));
    return { name, recorded, changes, differs };
  });
}

function compareStarts(experiments: readonly Experiment[]): readonly ComparedRow[] {
  const starts = experiments.map((experiment) => {
    const start = getStart(experiment);
    const params: ValueMap = start === undefined ? {} : { start_from: describeStart(start) };
    return { expId: experiment.expId, params, written: {}, metrics: {} };
  });
  return compareExperiments(starts).params;
}

/** Undefined when no rule says it, or when rules disagree. */
export function modeOf(experiments: Iterable<Experiment>, name: string): Mode | undefined {
  return findShared(experiments, name, 'mode');
}

/** What all that have it have alike. */
function findShared<K extends 'mode' | 'unit'>(
  experiments: Iterable<Experiment>,
  name: string,
  key: K,
): Metric[K] | undefined {
  const found = new Set(
    [...experiments].map((each) => metricOf(each, name)?.[key]).filter((each) => each !== undefined),
  );
  const [only, ...others] = found;
  return others.length === 0 ? only : undefined;
}

/** Metrics that should be there and that none of them has. */
function absentEverywhere(experiments: readonly Experiment[], metrics: readonly ComparedRow[]): ComparedRow[] {
  const wanted = experiments.flatMap(({ record }) => listMissingMetrics(record));
  const nothing = experiments.map(() => undefined);
  return [...new Set(wanted)]
    .filter((name) => !metrics.some((row) => row.name === name))
    .map((name) => ({ name, values: nothing, texts: nothing, differs: false }));
}

function comparable({ expId, config, record }: Experiment): Parameters<typeof compareExperiments>[0][number] {
  const metrics = Object.entries(record.harvest?.value.harvest.metrics ?? {});
  return {
    expId,
    params: config.params,
    written: config.written,
    metrics: Object.fromEntries(
      metrics.map(([name, { value, nonfinite }]): [string, Value] => [name, nonfinite ?? value]),
    ),
  };
}
