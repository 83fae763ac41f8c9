import type { StepMetric } from '../../core/experiment/checkpoint-file.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { ExpId } from '../../core/ids.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { listPins } from '../../core/experiment/record.ts';
import type { Mode } from '../../core/settings/harvest-rule.ts';
import { formatCount, formatList } from '../../core/text/phrases.ts';
import { withoutUndefined } from '../../core/value.ts';
import { nowMs } from '../../system/index.ts';
import type { Project } from '../project/project.ts';
import { findBestByMetric, findNewest } from './choose-checkpoint.ts';
import { findCheckpoints, type CheckpointSearch } from './find-checkpoints.ts';
import type { FoundCheckpoint } from './found-checkpoint.ts';
import { makeStepHint } from './step-error.ts';
import { readStepMetrics } from './step-metrics.ts';

/** A checkpoint as a list shows it. */
export interface CheckpointLine extends FoundCheckpoint {
  readonly expId: ExpId;
  readonly metric?: StepMetric;
  /** Among those of its experiment. */
  readonly isNewest: boolean;
  /** By the metric, if it is known which of its values are better. */
  readonly isBest: boolean;
  /** The names that it has in the project. */
  readonly pins: readonly string[];
}

/** Checkpoints of experiments. */
export interface CheckpointList {
  readonly lines: readonly CheckpointLine[];
  /** Of which metric the values are; absent if it is not known, or nothing was harvested. */
  readonly metric?: string;
  /** When it was made, milliseconds since 1970: ages are counted up to it. */
  readonly atMs: number;
  /** There are more experiments with checkpoints. */
  readonly isCut: boolean;
  /** What the reader must know of what is missing. */
  readonly notes: readonly string[];
}

/** How to list checkpoints. */
export interface ListCheckpointsOptions {
  /** Default: the only one among the harvested metrics of the experiments that says which of its values are better. */
  readonly metric?: string | undefined;
  /** How many experiments with checkpoints to list; default: all. */
  readonly limit?: number;
}

interface Found {
  readonly experiment: Experiment;
  readonly search: CheckpointSearch;
}

/** The checkpoints of experiments, in their order. @throws SheafError `file.*`, `parquet.damaged` */
export async function listCheckpoints(
  project: Project,
  experiments: Iterable<Experiment>,
  { metric: asked, limit = Infinity }: ListCheckpointsOptions = {},
): Promise<CheckpointList> {
  const found: Found[] = [];
  const notes = new Map<string, string[]>();
  const empty = new Map<string, string[]>();
  let isCut = false;
  for (const experiment of experiments) {
    const search = await findCheckpoints(project, experiment);
    for (const note of notesOf(search)) notes.set(note, [...(notes.get(note) ?? []), experiment.expId]);
    if (search.checkpoints.length === 0) {
      for (const path of patternsOf(experiment)) empty.set(path, [...(empty.get(path) ?? []), experiment.expId]);
      continue;
    }
    isCut = found.length >= limit;
    if (isCut) break;
    found.push({ experiment, search });
  }
  const { metric, note } = chooseMetric(
    found.map(({ experiment }) => experiment),
    asked,
  );
  if (found.length === 0) for (const [path, ids] of empty) notes.set(`nothing fits its pattern ${path}`, ids);
  const isStepKnown = found.some(({ search }) => search.checkpoints.some(({ step }) => step !== undefined));
  const hint = isStepKnown ? undefined : findStepHint(found);
  const lines: CheckpointLine[] = [];
  for (const one of found) lines.push(...(await linesOf(project, one, metric)));
  return withoutUndefined({
    lines,
    metric,
    atMs: nowMs(),
    isCut,
    notes: [
      ...[...notes].map(([text, ids]) => `${formatCount(ids.length, 'experiment')} (${formatList(ids)}): ${text}`),
      ...(note === undefined ? [] : [note]),
      ...(hint === undefined ? [] : [hint]),
    ],
  });
}

function notesOf({ why, interrupted, unreadable }: CheckpointSearch): string[] {
  const notes = [why, interrupted].filter((note) => note !== undefined);
  return [...notes, ...unreadable.map((folder) => `${folder} cannot be read`)];
}

function patternsOf({ settings }: Experiment): string[] {
  const patterns = stagesOf(settings).flatMap(({ run }) => run.checkpoint?.path ?? []);
  return [...new Set(patterns)];
}

function findStepHint(found: readonly Found[]): string | undefined {
  for (const { experiment, search } of found) {
    const hint = makeStepHint(experiment, search.checkpoints);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** Which metric the list has, or why it has none. */
function chooseMetric(
  experiments: readonly Experiment[],
  asked: string | undefined,
): { readonly metric?: string; readonly note?: string } {
  const metrics = experiments.map(({ record }) => record.harvest?.value.harvest.metrics ?? {});
  if (asked !== undefined) {
    const isKnown = metrics.some((known) => Object.hasOwn(known, asked));
    const note = `no experiment listed here has a harvested metric ${asked}`;
    return { metric: asked, ...(isKnown || experiments.length === 0 ? {} : { note }) };
  }
  const judging = new Set(
    metrics.flatMap((known) => Object.keys(known).filter((name) => known[name]?.mode !== undefined)),
  );
  const [metric, ...others] = judging;
  if (others.length === 0) return metric === undefined ? {} : { metric };
  return {
    note: `no checkpoint is marked best, as several metrics could decide: choose one with --metric ${[...judging].join('|')}`,
  };
}

async function linesOf(
  project: Project,
  { experiment, search: { checkpoints } }: Found,
  metric: string | undefined,
): Promise<CheckpointLine[]> {
  const values = metric === undefined ? undefined : await readStepMetrics(project, experiment, checkpoints, metric);
  const mode = metric === undefined ? undefined : modeOf(experiment, metric);
  const newest = findNewest(checkpoints);
  const best = values && mode && findBestByMetric(checkpoints, values, mode);
  const pins = Map.groupBy(listPins(experiment.record), ([, { path }]) => path);
  return checkpoints.map((checkpoint) => {
    const value = values?.get(checkpoint);
    return {
      ...checkpoint,
      expId: experiment.expId,
      ...(value && { metric: value }),
      isNewest: checkpoint === newest,
      isBest: checkpoint === best,
      pins: (pins.get(checkpoint.path) ?? []).map(([name]) => name),
    };
  });
}

function modeOf({ record }: Experiment, metric: string): Mode | undefined {
  const metrics = record.harvest?.value.harvest.metrics ?? {};
  return Object.hasOwn(metrics, metric) ? metrics[metric]?.mode : undefined;
}
