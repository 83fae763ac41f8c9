import type { Resources } from '../../core/settings/settings.ts';
import type { AdviceRecord } from '../../core/experiment/advised.ts';
import type { Attempt } from '../../core/experiment/attempt.ts';
import { isAutoPartition } from '../../core/experiment/auto.ts';
import { stagesOf } from '../../core/experiment/frozen.ts';
import { listStageStatuses, isActive } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Scheduler } from '../../scheduler/index.ts';
import type { StageToAdvise } from '../advise/advise-stages.ts';
import type { Project } from '../project/project.ts';
import type { SubmitOptions } from '../project/types.ts';

/** What advice chooses for the attempts of one call. */
export interface ChosenResources {
  readonly of: (experiment: Experiment, stage: string) => AdviceRecord | undefined;
  readonly notes: readonly string[];
}

const NOTHING_CHOSEN: ChosenResources = { of: () => undefined, notes: [] };

/**
 * Advice for what is to be submitted: where `partition: auto` or `--advise` asks for it. Members of a sweep that need the
 * same are advised once, together. Another attempt keeps what was chosen for the last one unless advice is requested again.
 *
 * @throws SheafError `advise.*` when nothing fits, or the best choice needs consent
 */
export async function chooseResources(
  project: Project,
  scheduler: Scheduler,
  experiments: readonly Experiment[],
  options: SubmitOptions,
): Promise<ChosenResources> {
  const { partition: _place, ...byHand } = await parseResourceOverrides(options.set ?? {});
  const asked = experiments
    .flatMap((experiment) => listStagesToAdvise(experiment, options))
    .map(({ experiment, stage }): StageToAdvise => {
      return { experiment, stage: { ...stage, resources: { ...stage.resources, ...byHand } } };
    });
  if (asked.length === 0) return NOTHING_CHOSEN;
  if (!scheduler.can.partitions) {
    return {
      of: () => undefined,
      notes: ['this scheduler has no partitions: nothing is chosen, jobs run on this machine'],
    };
  }
  const chosen = new Map<string, AdviceRecord>();
  const open: StageToAdvise[] = [];
  for (const pair of asked) {
    const kept = options.advise ? undefined : lastAdvice(pair);
    if (kept === undefined) open.push(pair);
    else chosen.set(nameOf(pair), kept);
  }
  const notes: string[] = [];
  if (open.length > 0) {
    const { adviseStages } = await import('../advise/advise-stages.ts');
    const { advised, notes: told } = await adviseStages(project, open, options);
    for (const [pair, choice] of advised) chosen.set(nameOf(pair), choice);
    notes.push(...told);
  }
  return { of: (experiment, stage) => chosen.get(`${experiment.key}/${stage}`), notes };
}

/** `--set partition=auto` asks for advice, as `--advise` does. */
export function withAdviceAsked<T extends SubmitOptions>(options: T): T {
  const { partition, ...set } = options.set ?? {};
  if (partition === undefined || !isAutoPartition({ partition })) return options;
  return { ...options, set, advise: true };
}

function listStagesToAdvise(
  experiment: Experiment,
  { stage: only, set = {}, advise = false }: SubmitOptions,
): StageToAdvise[] {
  const stages = stagesOf(experiment.settings).filter(({ name }) => only === undefined || name === only);
  if (!advise && !stages.some((stage) => isAdvised({ experiment, stage }))) return [];
  // A partition that is given by hand leaves nothing to choose.
  if (!advise && set['partition'] !== undefined) return [];
  const settled = new Set(
    listStageStatuses(experiment.record)
      .filter(({ outcome: { status } }) => isActive(status))
      .map((status) => status.stage),
  );
  return stages
    .filter(({ name }) => !settled.has(name))
    .map((stage) => ({ experiment, stage }))
    .filter((pair) => advise || isAdvised(pair));
}

/** It asks for advice, or was given it before. */
function isAdvised(pair: StageToAdvise): boolean {
  return isAutoPartition(pair.stage.resources) || lastAttempt(pair)?.advised !== undefined;
}

function lastAttempt({ experiment, stage }: StageToAdvise): Attempt | undefined {
  const [last] = Object.values(experiment.record.attempts)
    .filter((attempt) => attempt.stage === stage.name && attempt.advised !== undefined)
    .toSorted((a, b) => b.n - a.n);
  return last;
}

/** Start and run time were predicted at that time. */
function lastAdvice(pair: StageToAdvise): AdviceRecord | undefined {
  const last = lastAttempt(pair);
  if (last?.advised === undefined) return undefined;
  const { value } = last.advised;
  const { memory } = value.predictions;
  return {
    ...value,
    why: value.why.startsWith(AS_BEFORE) ? value.why : `${AS_BEFORE} attempt ${last.n}: ${value.why}`,
    alternatives: [],
    predictions: memory === undefined ? {} : { memory },
  };
}

const AS_BEFORE = 'as chosen for';

function nameOf({ experiment, stage }: StageToAdvise): string {
  return `${experiment.key}/${stage.name}`;
}

/**
 * Resources given as texts, for the attempts of one submission: `{ time_limit: '02:00:00' }`.
 *
 * @throws SheafError `resources.*` for what is no resource, or cannot be one
 */
export async function parseResourceOverrides(texts: Readonly<Record<string, string>>): Promise<Partial<Resources>> {
  if (Object.keys(texts).length === 0) return {};
  const { readResources } = await import('../../template/index.ts');
  return readResources(texts);
}
