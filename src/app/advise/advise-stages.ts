import { withoutUndefined } from '../../core/value.ts';
import { NAME_WORDS } from '../../core/experiment/advice-words.ts';
import type { Forecast, TraceCache } from '../../advisor/index.ts';
import type { AdviceRecord, PredictedRange, Predictions } from '../../core/experiment/advised.ts';
import { type Advice, adviseFrom, makeNothingFitsError, type OfferedChoice } from './advise-core.ts';
import { inputError } from '../../core/errors.ts';
import type { Stage } from '../../core/experiment/frozen.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { makeProjectSources } from './advise-sources.ts';
import { getAdviceTarget } from './advise-target.ts';
import { withTraceCache } from './trace-cache.ts';
import type { Project } from '../project/project.ts';
import type { SubmitOptions } from '../project/types.ts';

/** One stage of one experiment that is to be advised. */
export interface StageToAdvise {
  readonly experiment: Experiment;
  /** With what is given by hand for this attempt. */
  readonly stage: Stage;
}

export interface AdvisedStages {
  readonly advised: ReadonlyMap<StageToAdvise, AdviceRecord>;
  readonly notes: readonly string[];
}

/**
 * The best choice for each: those that need the same are advised once, together, as jobs of one sweep.
 *
 * @throws SheafError `advise.nothing`, `advise.consent`
 */
export async function adviseStages(
  project: Project,
  all: readonly StageToAdvise[],
  options: SubmitOptions,
): Promise<AdvisedStages> {
  const advised = new Map<StageToAdvise, AdviceRecord>();
  const notes: string[] = [];
  await withTraceCache(project, async (traces) => {
    for (const group of Map.groupBy(all, needsOf).values()) {
      const [first] = group;
      if (first === undefined) continue;
      const choice = await adviseGroup(project, first, group.length, options, traces);
      for (const each of group) advised.set(each, choice);
      notes.push(...choice.warnings);
    }
  });
  return { advised, notes: [...new Set(notes)] };
}

/** Members of a sweep that differ in nothing that memory, time or place depend on by their names and values. */
function needsOf({ experiment, stage }: StageToAdvise): string {
  const { params, seeds, template } = experiment.config;
  const needs = Object.entries(params).filter(([name]) => !seeds.includes(name) && !IRRELEVANT.test(name));
  return JSON.stringify([template, experiment.sweep ?? null, stage.name, stage.resources, needs]);
}

/** What most sweeps go over, and what no estimate depends on. */
const IRRELEVANT =
  /(?:^|_)(?:lr|seed|decay|wd|momentum|dropout|warmup|gamma|beta\d?|eps|tag|name|fold)(?:$|_)|learning_rate/;

async function adviseGroup(
  project: Project,
  { experiment, stage }: StageToAdvise,
  tasks: number,
  options: SubmitOptions,
  traces: TraceCache,
): Promise<AdviceRecord> {
  const target = {
    ...getAdviceTarget(experiment, stage.name, tasks),
    stage,
    ...(options.maxParallel === undefined ? {} : { maxParallel: options.maxParallel }),
    ...(options.set?.['num_gpus'] === undefined && options.set?.['num_nodes'] === undefined
      ? {}
      : { gpusAreGiven: true }),
  };
  const sources = await makeProjectSources(project, target, traces, { fresh: true });
  const { reference } = sources;
  const advice = await adviseFrom(sources, target, {}, reference);
  const [best] = advice.choices;
  if (best === undefined) throw makeNothingFitsError(advice);
  const { comparability } = best.candidate;
  if (comparability?.level === 'C' && !options.accept) {
    throw inputError(
      'advise.consent',
      `the best choice for ${experiment.expId} is a different method than ${reference ?? ''}`,
      {
        why: best.warnings.find((warning) => warning.includes('level C')) ?? comparability.reasons.join('; '),
        fix: 'add --yes to take it anyway, or name a partition: --set partition=NAME',
        now: 'nothing was submitted',
      },
    );
  }
  return toAdviceRecord(advice, best);
}

/** A choice as the journal keeps it, beside the others that there were. */
function toAdviceRecord({ choices, reference }: Advice, choice: OfferedChoice): AdviceRecord {
  return {
    choice: choice.set,
    name: formatChoiceNames(choice),
    why: [...choice.reasons, ...(reference === undefined ? [] : [levelWords(choice, reference)])].join('; '),
    warnings: choice.warnings,
    alternatives: choices
      .filter((other) => other !== choice)
      .map((other) => ({ name: formatChoiceNames(other), choice: other.set, why: other.reasons.join('; ') })),
    predictions: predictionsOf(choice),
  };
}

/** `fastest, cheapest` */
function formatChoiceNames({ names }: Pick<OfferedChoice, 'names'>): string {
  return names.map((name) => NAME_WORDS[name]).join(', ');
}

function levelWords({ candidate }: OfferedChoice, reference: string): string {
  const level = candidate.comparability?.level;
  return level === undefined ? `not known how it compares with ${reference}` : `level ${level} beside ${reference}`;
}

function predictionsOf({ candidate: { need, wait, run, gpus } }: OfferedChoice): Predictions {
  return {
    ...(need.gib === undefined || gpus === 0 ? {} : { memory: { gib: need.gib, basis: need.basis } }),
    ...(wait.kind === 'unknown' ? {} : { wait: toPredictedRange(wait) }),
    ...(run.kind === 'unknown' ? {} : { run: toPredictedRange(run) }),
  };
}

function toPredictedRange({ kind, p50S, p90S, plannedS, basis }: Forecast): PredictedRange {
  return withoutUndefined({ kind, p50S, p90S, plannedS, basis });
}
