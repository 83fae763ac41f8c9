import type { Outcome } from '../core/attempt.ts';
import { stagesOf, type Stage } from '../core/experiment.ts';
import { inputError } from '../core/errors.ts';
import type { Token } from '../core/ids.ts';
import { nextAttempt, stageStatuses } from '../core/status.ts';
import type { Experiment } from '../core/stored.ts';
import type { Resources } from '../core/settings.ts';
import { formatDuration } from '../core/units.ts';
import { nowMs } from '../system/index.ts';
import type { Project } from './project.ts';

/** One attempt to be made. */
export interface Want {
  readonly experiment: Experiment;
  readonly stage: Stage;
  /** The first number to try for it. */
  readonly n: number;
}

/** What goes to the scheduler in one call. */
export interface Batch {
  readonly stage: string;
  readonly resources: Resources;
  readonly members: readonly (Want & { readonly index?: number })[];
  /** The batch of this call, or the submission made before, whose tasks must complete first. */
  readonly parent?: Batch | { readonly token: Token };
  /** How this batch's tasks map to the parent's. */
  readonly parentTasks?: 'all' | 'each';
}

export interface Plan {
  readonly batches: readonly Batch[];
  readonly nothingToDo: readonly { readonly experiment: Experiment; readonly why: string }[];
}

export interface PlanOptions {
  readonly stage?: string;
  readonly resources: Partial<Resources>;
  /** Arrays, and how large. */
  readonly maxArraySize: number;
  /** Also make a next attempt of stages that completed, when their parent is made anew. */
  readonly again: boolean;
}

/** Each stage asked for gets a live or a completed attempt: what is missing for that. Pure but for the view. */
export function planSubmission(project: Project, experiments: readonly Experiment[], options: PlanOptions): Plan {
  const planner = new Planner(project, options);
  for (const experiment of experiments) planner.add(experiment);
  return planner.plan();
}

/** A want with the attempt that it waits for. */
interface Waiting extends Want {
  readonly waitsFor?: { readonly batchKey: string } | { readonly token: Token; readonly index?: number };
}

class Planner {
  readonly #project: Project;
  readonly #options: PlanOptions;
  /** Key of batch → wants, in the order of the calls. Parents come before children. */
  readonly #wants = new Map<string, Waiting[]>();
  readonly #nothingToDo: { experiment: Experiment; why: string }[] = [];

  constructor(project: Project, options: PlanOptions) {
    this.#project = project;
    this.#options = options;
  }

  add(experiment: Experiment): void {
    const stages = stagesOf(experiment.config.settings);
    const asked = stages.filter(({ name }) => this.#options.stage === undefined || name === this.#options.stage);
    if (asked.length === 0) throw unknownStage(experiment, this.#options.stage ?? '', stages);
    const outcomes = new Map(stageStatuses(experiment.record).map((status) => [status.stage, status]));
    const batchOf = new Map<string, string>();
    const reasons: string[] = [];
    for (const stage of asked) {
      const outcome = outcomes.get(stage.name)?.outcome;
      const parentIsNew = stage.after !== undefined && batchOf.has(stage.after);
      const settled = outcome && settledWords(outcome, parentIsNew && this.#options.again);
      if (settled !== undefined) {
        reasons.push(asked.length === 1 && stages.length === 1 ? settled : `${stage.name} ${settled}`);
        continue;
      }
      batchOf.set(stage.name, this.#want(experiment, stage, batchOf, outcomes));
    }
    if (batchOf.size === 0) this.#nothingToDo.push({ experiment, why: reasons.join('; ') });
  }

  #want(
    experiment: Experiment,
    stage: Stage,
    batchOf: ReadonlyMap<string, string>,
    outcomes: ReadonlyMap<string, ReturnType<typeof stageStatuses>[number]>,
  ): string {
    const resources = { ...stage.resources, ...this.#options.resources };
    const waitsFor = this.#waitsFor(experiment, stage, batchOf, outcomes);
    const parentKey = waitsFor === undefined ? '' : 'token' in waitsFor ? waitsFor.token : waitsFor.batchKey;
    const key = JSON.stringify([stage.name, experiment.sweep ?? experiment.key, resources, parentKey]);
    const want = { experiment, stage: { ...stage, resources }, n: nextAttempt(experiment.record, stage.name) };
    const wants = this.#wants.get(key) ?? [];
    wants.push(waitsFor === undefined ? want : { ...want, waitsFor });
    this.#wants.set(key, wants);
    return key;
  }

  #waitsFor(
    experiment: Experiment,
    stage: Stage,
    batchOf: ReadonlyMap<string, string>,
    outcomes: ReadonlyMap<string, ReturnType<typeof stageStatuses>[number]>,
  ): Waiting['waitsFor'] {
    if (stage.after === undefined) return undefined;
    const batchKey = batchOf.get(stage.after);
    if (batchKey !== undefined) return { batchKey };
    const parent = outcomes.get(stage.after);
    if (parent?.outcome.status === 'completed') return undefined;
    const token = parent?.attempt.token?.value;
    const isLive = parent?.outcome.status === 'queued' || parent?.outcome.status === 'running';
    if (!isLive || token === undefined) throw parentMissing(experiment, stage, parent?.outcome);
    const index = this.#project.store
      .submission(token)
      ?.request?.value.members.find((member) => member.key === experiment.key)?.index;
    return { token, ...(index === undefined ? {} : { index }) };
  }

  plan(): Plan {
    const batches = new Map<string, Batch[]>();
    for (const [key, wants] of this.#wants) batches.set(key, this.#batchesOf(wants, batches));
    return { batches: [...batches.values()].flat(), nothingToDo: this.#nothingToDo };
  }

  /** Cut to the scheduler's array size; children keep the index of the task they wait for. */
  #batchesOf(wants: readonly Waiting[], made: ReadonlyMap<string, readonly Batch[]>): Batch[] {
    const [first] = wants;
    if (first === undefined) return [];
    if (first.waitsFor !== undefined && 'batchKey' in first.waitsFor) {
      return childBatches(wants, made.get(first.waitsFor.batchKey) ?? []);
    }
    const base = { stage: first.stage.name, resources: first.stage.resources };
    if (first.waitsFor !== undefined) {
      const members = wants.map((want) => withIndex(want, (want.waitsFor as { index?: number }).index));
      const isArray = members.some(({ index }) => index !== undefined);
      return [{ ...base, members, parent: first.waitsFor, parentTasks: isArray ? 'each' : 'all' }];
    }
    return chunks(wants, this.#options.maxArraySize).map((chunk) => ({
      ...base,
      members: chunk.length === 1 ? chunk.map((want) => withIndex(want)) : chunk.map(withIndex),
    }));
  }
}

function childBatches(wants: readonly Waiting[], parents: readonly Batch[]): Batch[] {
  return parents.flatMap((parent) => {
    const indices = new Map(parent.members.map(({ experiment, index }) => [experiment.key, index]));
    const members = wants
      .filter(({ experiment }) => indices.has(experiment.key))
      .map((want) => withIndex(want, indices.get(want.experiment.key)));
    const [first] = members;
    if (first === undefined) return [];
    const parentTasks = first.index === undefined ? 'all' : 'each';
    return [{ stage: first.stage.name, resources: first.stage.resources, members, parent, parentTasks }];
  });
}

function withIndex({ experiment, stage, n }: Want, index?: number): Want & { index?: number } {
  return { experiment, stage, n, ...(index === undefined ? {} : { index }) };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Why a stage needs nothing; undefined when it needs an attempt. */
function settledWords(outcome: Outcome, completedToo: boolean): string | undefined {
  switch (outcome.status) {
    case 'queued':
      return 'already queued';
    case 'running': {
      const since = outcome.startedMs;
      return since === undefined
        ? 'already running'
        : `already running, for ${formatDuration((nowMs() - since) / 1000)}`;
    }
    case 'completed':
      return completedToo ? undefined : 'already completed';
    case 'failed':
    case 'cancelled':
    case 'void':
      return undefined;
  }
}

function unknownStage(experiment: Experiment, stage: string, stages: readonly Stage[]): Error {
  return inputError('stage.unknown', `${experiment.expId} has no stage "${stage}"`, {
    fix: `one of its stages: ${stages.map(({ name }) => name).join(', ')}`,
    now: 'nothing was submitted',
  });
}

function parentMissing(experiment: Experiment, stage: Stage, outcome: Outcome | undefined): Error {
  const parent = stage.after ?? '';
  return inputError(
    'stage.parent',
    `stage ${stage.name} of ${experiment.expId} needs ${parent}, which ${outcome ? `has ${outcome.status}` : 'has not run'}`,
    {
      fix: `sheaf submit ${experiment.expId}    (submits ${parent} too)`,
      now: 'nothing was submitted',
    },
  );
}
