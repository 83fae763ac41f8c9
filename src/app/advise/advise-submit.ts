import type { AdviceRecord } from '../../core/experiment/advised.ts';
import { inputError } from '../../core/errors.ts';
import type { Stage } from '../../core/experiment/frozen.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import { adviseFrom, makeNothingFitsError } from './advise-core.ts';
import { makeProjectSources } from './advise-sources.ts';
import { getAdviceTarget } from './advise-target.ts';
import { toAdviceRecord } from './advised-choice.ts';
import { withTraceCache } from './trace-cache.ts';
import type { Project } from '../project/project.ts';
import type { SubmitOptions } from '../project/types.ts';

/** One stage of one experiment that is to be advised. */
export interface ToAdvise {
  readonly experiment: Experiment;
  /** With what is given by hand for this attempt. */
  readonly stage: Stage;
}

export interface AdvisedForSubmit {
  readonly advised: ReadonlyMap<ToAdvise, AdviceRecord>;
  readonly notes: readonly string[];
}

/**
 * The best choice for each: those that need the same are advised once, together, as jobs of one sweep.
 *
 * @throws SheafError `advise.nothing`, `advise.consent`
 */
export async function adviseForSubmit(
  project: Project,
  all: readonly ToAdvise[],
  options: SubmitOptions,
): Promise<AdvisedForSubmit> {
  const advised = new Map<ToAdvise, AdviceRecord>();
  const notes: string[] = [];
  for (const group of Map.groupBy(all, needsOf).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const choice = await adviseGroup(project, first, group.length, options);
    for (const each of group) advised.set(each, choice);
    notes.push(...choice.warnings);
  }
  return { advised, notes: [...new Set(notes)] };
}

/** Members of a sweep that differ in nothing that memory, time or place depend on by their names and values. */
function needsOf({ experiment, stage }: ToAdvise): string {
  const { params, seeds, template } = experiment.config;
  const needs = Object.entries(params).filter(([name]) => !seeds.includes(name) && !IRRELEVANT.test(name));
  return JSON.stringify([template, experiment.sweep ?? null, stage.name, stage.resources, needs]);
}

/** What most sweeps go over, and what no estimate depends on. */
const IRRELEVANT =
  /(?:^|_)(?:lr|seed|decay|wd|momentum|dropout|warmup|gamma|beta\d?|eps|tag|name|fold)(?:$|_)|learning_rate/;

async function adviseGroup(
  project: Project,
  { experiment, stage }: ToAdvise,
  tasks: number,
  options: SubmitOptions,
): Promise<AdviceRecord> {
  const target = {
    ...getAdviceTarget(experiment, stage.name, tasks),
    stage,
    ...(options.maxParallel === undefined ? {} : { maxParallel: options.maxParallel }),
    ...(options.set?.['num_gpus'] === undefined && options.set?.['num_nodes'] === undefined
      ? {}
      : { gpusAreGiven: true }),
  };
  const [advice, reference] = await withTraceCache(project, async (traces) => {
    const sources = await makeProjectSources(project, target, traces, { fresh: true });
    return [await adviseFrom(sources, target, {}, sources.reference), sources.reference] as const;
  });
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
