import { describeWhySettled } from '../observe/why-settled.ts';
import type { AdviceRecord } from '../../core/experiment/advised.ts';
import { type Attempt } from '../../core/experiment/attempt.ts';
import { type Reread } from '../../core/experiment/facts.ts';
import { isDeferred, type Outcome } from '../../core/experiment/outcome.ts';
import { withoutAutoPartition, type FoundLimits } from '../../core/experiment/auto.ts';
import type { CodeRecord } from '../../core/experiment/code.ts';
import { stagesOf, type Stage } from '../../core/experiment/frozen.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import type { Key, Token } from '../../core/ids.ts';
import { getNextAttempt, listStageStatuses } from '../../core/experiment/status.ts';
import type { Experiment } from '../../core/experiment/experiment.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { withoutUndefined } from '../../core/value.ts';
import { getSettingsOrigins, startsVersion } from '../../core/experiment/version.ts';
import type { Codes } from '../code/code.ts';
import type { ResolvedLimits } from '../past-runs/auto-limits.ts';
import type { Project } from '../project/project.ts';
import type { Submitted } from '../project/types.ts';
import { indexOf } from '../observe/tasks.ts';

/** One attempt to be made. */
export interface Want {
  readonly experiment: Experiment;
  readonly stage: Stage;
  /** The first number to try for it. */
  readonly n: number;
  /** What advice chose for it; its resources have it already. */
  readonly advised?: AdviceRecord;
  /** What `auto` came to; its resources have it already. */
  readonly found?: FoundLimits;
  /** It takes nothing from the attempts before it. */
  readonly fresh?: true;
  /** The version that it brings into force; its experiment has the settings already. */
  readonly reread?: Reread;
}

/** What an attempt is given over what its experiment asks for. */
export interface Given {
  readonly resources: Partial<Resources>;
  readonly advised?: AdviceRecord;
}

/** One attempt with its place in the job: members with the same index run together in one task. */
export type BatchMember = Want & { readonly index?: number };

/** What goes to the scheduler in one call. */
export interface Batch {
  readonly stage: string;
  readonly resources: Resources;
  /** The code that all of it runs. */
  readonly code: CodeRecord;
  /** As in {@link Want}, for all of it. */
  readonly fresh?: true;
  readonly reread?: Reread;
  readonly members: readonly BatchMember[];
  /** The batch of this call, or the submission made before, whose tasks must complete first. */
  readonly parent?: Batch | { readonly token: Token };
  /** How this batch's tasks map to the parent's. */
  readonly parentTasks?: 'all' | 'each';
  /** A throttle holds for it, whether it is an array or not. */
  readonly limited?: true;
  /** Maximum number of its tasks at once. */
  readonly maxParallel?: number;
  /** It starts when this one has ended: more at once would exceed the throttle. */
  readonly behind?: Batch;
}

export interface Plan {
  readonly batches: readonly Batch[];
  readonly nothingToDo: readonly { readonly experiment: Experiment; readonly why: string }[];
  /** Deferred, and what they wait for has not completed. */
  readonly hopeless: readonly Want[];
}

export interface PlanOptions {
  readonly stage?: string;
  readonly given: (experiment: Experiment, stage: string) => Given;
  /** Replaces `auto` by limits. */
  readonly limited: (experiment: Experiment, stage: string, resources: Resources) => ResolvedLimits;
  /** States what the template does not. @throws SheafError when the scheduler cannot give it */
  readonly complete: (resources: Resources) => Promise<Resources>;
  readonly maxArraySize: () => Promise<number>;
  readonly codes: Codes;
  /** What a stage requests from the scheduler, beside what is given for this call. */
  readonly asked: (want: Want) => Resources;
  /** Also make a next attempt of stages that completed, when their parent is made again. */
  readonly again: boolean;
  /** Only deferred experiments. */
  readonly deferredOnly?: boolean;
  /** What was reread for experiments that are to run their templates and the code as they are now. */
  readonly reread?: ReadonlyMap<Key, Reread>;
}

/** Each stage asked for gets a live or a completed attempt: what is missing for that. Pure but for the view. */
export async function planSubmission(
  project: Project,
  experiments: readonly Experiment[],
  options: PlanOptions,
): Promise<Plan> {
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
  readonly #hopeless: Want[] = [];

  constructor(project: Project, options: PlanOptions) {
    this.#project = project;
    this.#options = options;
  }

  add(experiment: Experiment): void {
    const stages = stagesOf(experiment.settings);
    const asked = stages.filter(({ name }) => this.#options.stage === undefined || name === this.#options.stage);
    if (asked.length === 0) throw unknownStage(experiment, this.#options.stage ?? '', stages);
    const outcomes = new Map(listStageStatuses(experiment.record).map((status) => [status.stage, status]));
    const batchOf = new Map<string, string>();
    const reasons: string[] = [];
    for (const stage of asked) {
      const known = outcomes.get(stage.name);
      if (this.#options.deferredOnly && !(known !== undefined && isDeferred(known.attempt))) continue;
      const parentIsNew = stage.after !== undefined && batchOf.has(stage.after);
      const { again } = this.#options;
      const settled =
        describeWhySettled(known, { completed: parentIsNew && again, stopped: again }) ??
        (parentIsNew ? undefined : describeStoppedParent(stage, outcomes));
      if (settled !== undefined) {
        reasons.push(asked.length === 1 && stages.length === 1 ? settled : `${stage.name} ${settled}`);
        continue;
      }
      const key = this.#want(experiment, stage, batchOf, outcomes);
      if (key !== undefined) batchOf.set(stage.name, key);
    }
    if (reasons.length > 0 && batchOf.size === 0) this.#nothingToDo.push({ experiment, why: reasons.join('; ') });
  }

  #want(
    experiment: Experiment,
    stage: Stage,
    batchOf: ReadonlyMap<string, string>,
    outcomes: ReadonlyMap<string, ReturnType<typeof listStageStatuses>[number]>,
  ): string | undefined {
    const former = outcomes.get(stage.name)?.attempt;
    const n = former && isDeferred(former) ? former.n : getNextAttempt(experiment.record, stage.name);
    const { resources: over, advised } = this.#options.given(experiment, stage.name);
    const asked = withoutAutoPartition({ ...this.#options.asked({ experiment, stage, n }), ...over });
    const { resources, found } = this.#options.limited(experiment, stage.name, asked);
    const version = this.#versionOf(experiment, stage.name, former);
    const want: Want = {
      experiment,
      stage: { ...stage, resources },
      n,
      ...withoutUndefined({ advised, found }),
      ...version,
    };
    const waitsFor = this.#waitsFor(experiment, stage, batchOf, outcomes);
    if (waitsFor === 'never possible') {
      this.#hopeless.push(want);
      return undefined;
    }
    const parentKey = waitsFor === undefined ? '' : 'token' in waitsFor ? waitsFor.token : waitsFor.batchKey;
    const key = JSON.stringify([stage.name, experiment.sweep ?? experiment.key, resources, parentKey, version]);
    const wants = this.#wants.get(key) ?? [];
    wants.push(waitsFor === undefined ? want : { ...want, waitsFor });
    this.#wants.set(key, wants);
    return key;
  }

  /** Whether an attempt is fresh, and the version that it brings into force. */
  #versionOf(experiment: Experiment, stage: string, former: Attempt | undefined): Pick<Want, 'fresh' | 'reread'> {
    const reread = this.#options.reread?.get(experiment.key);
    if (reread !== undefined) return { fresh: true, reread };
    const deferred = former && isDeferred(former) ? former.facts.deferred?.value : undefined;
    if (deferred?.fresh) return { fresh: true, ...(deferred.reread && { reread: settingsOf(experiment) }) };
    return startsVersion(experiment.record, stage) ? { fresh: true } : {};
  }

  async #codeOf({ experiment }: Want): Promise<CodeRecord> {
    return this.#options.codes.of(experiment, this.#options.reread?.has(experiment.key));
  }

  #waitsFor(
    experiment: Experiment,
    stage: Stage,
    batchOf: ReadonlyMap<string, string>,
    outcomes: ReadonlyMap<string, ReturnType<typeof listStageStatuses>[number]>,
  ): Waiting['waitsFor'] | 'never possible' {
    if (stage.after === undefined) return undefined;
    const batchKey = batchOf.get(stage.after);
    if (batchKey !== undefined) return { batchKey };
    const parent = outcomes.get(stage.after);
    if (parent?.outcome.status === 'completed') return undefined;
    const token = parent?.attempt.token?.value;
    const isLive = parent?.outcome.status === 'queued' || parent?.outcome.status === 'running';
    if (!isLive || token === undefined) {
      if (this.#options.deferredOnly) return 'never possible';
      throw parentMissing(experiment, stage, parent?.outcome);
    }
    const index = indexOf(this.#project.store.submission(token), experiment.key, stage.after);
    return { token, ...(index === undefined ? {} : { index }) };
  }

  async plan(): Promise<Plan> {
    const batches = new Map<string, Batch[]>();
    for (const [key, wants] of this.#wants) {
      const made = [];
      for (const same of await this.#byCode(wants)) made.push(await this.#batchesOf(same, batches));
      batches.set(key, made.flat());
    }
    return {
      batches: [...batches.values()].flat(),
      nothingToDo: this.#nothingToDo,
      hopeless: this.#hopeless,
    };
  }

  /** Those with the same code; most often that is all of them. */
  async #byCode(wants: readonly Waiting[]): Promise<readonly (readonly Waiting[])[]> {
    const groups = new Map<CodeRecord, Waiting[]>();
    for (const want of wants) {
      const code = await this.#codeOf(want);
      const group = groups.get(code);
      if (group === undefined) groups.set(code, [want]);
      else group.push(want);
    }
    return [...groups.values()];
  }

  /** @throws SheafError that names who asked for it */
  async #complete({ experiment, stage }: Want, count: number): Promise<Resources> {
    try {
      return await this.#options.complete(stage.resources);
    } catch (error) {
      if (!(error instanceof SheafError)) throw error;
      throw told(error, count === 1 ? experiment.expId : `${experiment.expId} and ${count - 1} more`);
    }
  }

  /** Cut to the scheduler's array size; children keep the index of the task they wait for. */
  async #batchesOf(wants: readonly Waiting[], made: ReadonlyMap<string, readonly Batch[]>): Promise<Batch[]> {
    const [first] = wants;
    if (first === undefined) return [];
    const { waitsFor } = first;
    const resources = await this.#complete(first, wants.length);
    const { fresh, reread } = first;
    const base = {
      stage: first.stage.name,
      resources,
      code: await this.#codeOf(first),
      ...withoutUndefined({ fresh, reread }),
    };
    if (waitsFor !== undefined && 'batchKey' in waitsFor) {
      return childBatches(wants, made.get(waitsFor.batchKey) ?? []).map((batch) => ({ ...base, ...batch }));
    }
    if (waitsFor !== undefined) {
      const members = wants.map((want) => withIndex(want, (want.waitsFor as { index?: number }).index));
      const isArray = members.some(({ index }) => index !== undefined);
      return [{ ...base, members: byIndex(members), parent: waitsFor, parentTasks: isArray ? 'each' : 'all' }];
    }
    const tasks = chunks(wants, resources.pack?.size ?? 1);
    const most = tasks.length === 1 ? 1 : await this.#options.maxArraySize();
    return chunks(tasks, most).map((chunk) => ({
      ...base,
      members: chunk.flatMap((task, i) => task.map((want) => withIndex(want, chunk.length === 1 ? undefined : i))),
    }));
  }
}

/** @param names the experiments that are meant */
function told(error: SheafError, names: string): SheafError {
  const [first, ...rest] = error.problems.map((problem) => ({ ...problem, message: `${names}: ${problem.message}` }));
  return first === undefined ? error : new SheafError([first, ...rest], error.exitCode);
}

function childBatches(
  wants: readonly Waiting[],
  parents: readonly Batch[],
): Pick<Batch, 'members' | 'parent' | 'parentTasks'>[] {
  return parents.flatMap((parent) => {
    const indices = new Map(parent.members.map(({ experiment, index }) => [experiment.key, index]));
    const members = wants
      .filter(({ experiment }) => indices.has(experiment.key))
      .map((want) => withIndex(want, indices.get(want.experiment.key)));
    const [first] = members;
    if (first === undefined) return [];
    const parentTasks = first.index === undefined ? 'all' : 'each';
    return [{ members, parent, parentTasks }];
  });
}

function withIndex({ experiment, stage, n, advised, found, fresh, reread }: Want, index?: number): BatchMember {
  return { experiment, stage, n, ...withoutUndefined({ advised, found, fresh, reread, index }) };
}

/** The settings that an experiment has now, as a version. */
function settingsOf({ config }: Experiment): Reread {
  return { settings: config.settings, origins: getSettingsOrigins(config.origins) };
}

/** Those that run together in one task must follow each other. */
function byIndex(members: readonly BatchMember[]): BatchMember[] {
  return members.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** What the attempts of a plan are called in the journal. */
export function getAttemptRefs(wants: readonly Want[]): AttemptRef[] {
  return wants.map(({ experiment, stage, n }) => ({ key: experiment.key, stage: stage.name, n }));
}

/** What a call says of resources beside its experiments: what advice chose, and what was given by hand. */
export function getGivenResources(members: readonly Want[], set: Texts = {}): Texts {
  return { ...members.find(({ advised }) => advised !== undefined)?.advised?.choice, ...set };
}

type Texts = { readonly [resource: string]: string };

/** What advice chose for these, for the record. */
export function makeAdvisedEvents(wants: readonly Want[]): EventBody[] {
  return [...Map.groupBy(wants, ({ advised }) => advised)].flatMap(([advised, members]): EventBody[] =>
    advised === undefined ? [] : [{ type: 'advised', attempts: getAttemptRefs(members), advised }],
  );
}

/** What a plan leaves alone, by id. */
export function getNothingToDo(plan: Plan): Submitted['nothingToDo'][number][] {
  return plan.nothingToDo.map(({ experiment, why }) => ({ expId: experiment.expId, why }));
}

/** The tasks of a batch: members that run together count as one. */
export function countTasks({ members }: Pick<Batch, 'members'>): number {
  return new Set(members.map(({ index }) => index)).size;
}

/** What limits of submitted jobs are counted by. */
export function accountOf({ resources: { account, qos, sbatch = {} } }: Batch): string {
  return JSON.stringify([account ?? sbatch['account'] ?? null, qos ?? sbatch['qos'] ?? null]);
}

/** The first `count` tasks of a batch, and the rest of it. */
export function splitBatch(batch: Batch, tasks: number): [first: Batch, rest: readonly BatchMember[]] {
  const first = new Set([...new Set(batch.members.map(({ index }) => index))].slice(0, tasks));
  return partitionBatch(batch, ({ index }) => first.has(index));
}

/** A batch without some of its members, and those. */
export function partitionBatch(
  batch: Batch,
  stays: (member: BatchMember) => boolean,
): [batch: Batch, rest: readonly BatchMember[]] {
  const members = batch.members.filter(stays);
  return [{ ...batch, members }, batch.members.filter((member) => !stays(member))];
}

function unknownStage(experiment: Experiment, stage: string, stages: readonly Stage[]): Error {
  return inputError('stage.unknown', `${experiment.expId} has no stage "${stage}"`, {
    fix: `one of its stages: ${stages.map(({ name }) => name).join(', ')}`,
    now: 'nothing was submitted',
  });
}

/** What waits for a stage that was stopped is not submitted without it. */
function describeStoppedParent(
  { after }: Stage,
  outcomes: ReadonlyMap<string, ReturnType<typeof listStageStatuses>[number]>,
): string | undefined {
  return after !== undefined && outcomes.get(after)?.outcome.status === 'stopped'
    ? `waits for ${after}, which was stopped`
    : undefined;
}

function parentMissing(experiment: Experiment, stage: Stage, outcome: Outcome | undefined): Error {
  const parent = stage.after ?? '';
  return inputError(
    'stage.parent',
    `stage ${stage.name} of ${experiment.expId} needs ${parent}, which ${outcome ? `has ${outcome.status}` : 'has not run'}`,
    {
      fix: `to submit ${parent} too: sheaf submit ${experiment.expId}`,
      now: 'nothing was submitted',
    },
  );
}
