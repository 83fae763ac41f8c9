import type { DeferredAgain, DeferredOptions } from '../../core/experiment/facts.ts';
import type { JobRef } from '../../core/experiment/event.ts';
import type { Key, Token } from '../../core/ids.ts';
import { attemptName } from '../../core/experiment/record.ts';
import { withoutUndefined } from '../../core/value.ts';
import type { Dependency, Scheduler } from '../../scheduler/index.ts';
import { yieldToEventLoop, nowMs } from '../../system/index.ts';
import { getDependencies, waitsForDeferred } from './dependencies.ts';
import type { InputsOf } from './check-inputs.ts';
import { submitBatch, takeAttempts } from './submit-batch.ts';
import { defer, planNextTry } from './deferred.ts';
import type { Project } from '../project/project.ts';
import type { Submission, RetryOptions, Submitted } from '../project/types.ts';
import {
  accountOf,
  getAttemptRefs,
  getGivenResources,
  getNothingToDo,
  partitionBatch,
  splitBatch,
  countTasks,
  type Batch,
  type BatchMember,
  type Plan,
} from './submit-plan.ts';
import { isMine, openAttempts } from '../observe/tasks.ts';

/** What is asked of one sending, beside what a person may ask for. */
export interface SubmitPlanOptions extends RetryOptions {
  /** Also make a next attempt of stages that completed, when their parent is made again. */
  readonly again?: boolean;
  /** Only deferred experiments. */
  readonly deferredOnly?: boolean;
  /** Maximum number of tasks: more were refused a while ago. */
  readonly most?: number;
}

/** The outcome of a batch of the plan. */
type BatchOutcome =
  | {
      readonly kind: 'job';
      readonly token: Token;
      readonly job: JobRef;
      /** The experiments in it; undefined: the experiments that wait for it are in it. */
      readonly keys?: ReadonlySet<Key>;
    }
  /** No job was asked for yet, or it is not known whether there is one: what comes after it waits, too. */
  | { readonly kind: 'later'; readonly why: string }
  | { readonly kind: 'never'; readonly why: string };

const WAITS_FOR_DEFERRED = 'a job that it waits for is deferred';
const NO_ROOM = 'the account or QOS permits no more submitted jobs';
/** Minimum number of deferred tasks to submit while other jobs of the user are queued: each call costs the cluster. */
const FEWEST_TASKS = 10;

/** Sends the batches of a plan one by one, each after what it waits for. */
export class SubmitPlanRunner {
  readonly #project: Project;
  readonly #scheduler: Scheduler;
  readonly #options: SubmitPlanOptions;
  readonly #plan: Plan;
  readonly #inputsOf: InputsOf;
  readonly #after: readonly Dependency[];
  readonly #waitsForDeferred: boolean;
  readonly #sent = new Map<Batch, BatchOutcome>();
  readonly #submissions: Submission[] = [];
  readonly #nothingToDo: Submitted['nothingToDo'][number][];
  readonly #deferred: Submitted['deferred'][number][] = [];
  /** Accounts and QOS of which the scheduler just said that they have no room, and when to try again. */
  readonly #full = new Map<string, { readonly why: string; readonly again?: DeferredAgain }>();

  constructor(project: Project, scheduler: Scheduler, options: SubmitPlanOptions, plan: Plan, inputsOf: InputsOf) {
    this.#project = project;
    this.#scheduler = scheduler;
    this.#options = options;
    this.#plan = plan;
    this.#inputsOf = inputsOf;
    this.#nothingToDo = getNothingToDo(plan);
    this.#after = getDependencies(project, scheduler, options.after ?? []);
    this.#waitsForDeferred = waitsForDeferred(project, options.after ?? []);
  }

  async sendAll(): Promise<Omit<Submitted, 'warnings'>> {
    const { signal, progress } = this.#options;
    const total = this.#plan.batches.reduce((sum, { members }) => sum + members.length, 0);
    let done = 0;
    for (const batch of this.#plan.batches) {
      await yieldToEventLoop();
      if (signal?.aborted) break;
      this.#sent.set(batch, await this.#send(batch));
      done += batch.members.length;
      progress?.(done, total, 'submitted');
    }
    return { submissions: this.#submissions, nothingToDo: this.#nothingToDo, deferred: this.#deferred };
  }

  async #send(planned: Batch): Promise<BatchOutcome> {
    const batch = await this.#withParents(planned);
    if (batch.members.length === 0) return { kind: 'later', why: WAITS_FOR_DEFERRED };
    const waits = this.#waitsFor(batch);
    if (!Array.isArray(waits)) {
      if (waits.kind === 'later') return this.#later(batch, batch.members, waits.why);
      this.#leave(batch.members, waits.why);
      return waits;
    }
    if (this.#waitsForDeferred) return this.#later(batch, batch.members, WAITS_FOR_DEFERRED);
    const known = this.#full.get(accountOf(batch));
    if (known !== undefined) return this.#later(batch, batch.members, known.why, known.again);
    const room = await this.#room(batch);
    const [now, rest] = splitBatch(batch, room);
    if (rest.length > 0) this.#full.set(accountOf(batch), { why: NO_ROOM });
    const sent: BatchOutcome =
      now.members.length === 0 ? { kind: 'later', why: NO_ROOM } : await this.#submit(now, waits);
    if (rest.length > 0) await this.#later(batch, rest, NO_ROOM);
    return sent;
  }

  /** How many tasks of a batch may be sent now. */
  async #room(batch: Batch): Promise<number> {
    const { deferredOnly, most = Infinity } = this.#options;
    const tasks = countTasks(batch);
    const room = Math.min(most, await this.#scheduler.room(batch.resources));
    const isFew = deferredOnly && room < Math.min(tasks, FEWEST_TASKS) && room < most;
    return isFew && this.#hasJobs() ? 0 : room;
  }

  /** Whether other jobs of the user are in the queue: when they end, there is more room. */
  #hasJobs(): boolean {
    const waiting = this.#project.store.deferred().length;
    return this.#project.store.statuses().size > waiting;
  }

  async #submit(batch: Batch, after: readonly Dependency[]): Promise<BatchOutcome> {
    const project = this.#project;
    const taken = await takeAttempts(project, batch);
    this.#nothingToDo.push(...taken.busy);
    if (taken.members.length === 0) return { kind: 'never', why: 'what it waits for was not submitted' };
    const [options, inputsOf] = [this.#options, this.#inputsOf];
    const request = { ...taken, batch, after: [...this.#after, ...after], options, inputsOf };
    const { submission, job, isUnreachable } = await submitBatch(project, this.#scheduler, request);
    const { outcome } = submission;
    if (outcome.kind === 'full' || (isUnreachable && this.#options.deferredOnly)) {
      const why = outcome.kind === 'full' ? describeFull(outcome.said) : 'the cluster could not be reached';
      const again = planNextTry(getFormerTry(batch.members), countTasks(batch));
      this.#full.set(accountOf(batch), { why, again });
      return this.#later(batch, nextAttempts(taken.members), why, again);
    }
    this.#submissions.push({ ...submission, outcome });
    if (outcome.kind === 'doubtful')
      return { kind: 'later', why: 'it is not known yet whether what goes before it was taken' };
    if (job === undefined) {
      if (this.#options.deferredOnly) await this.#fail(nextAttempts(taken.members), outcome);
      return { kind: 'never', why: 'what it waits for was refused' };
    }
    const keys = new Set(taken.members.map(({ experiment }) => experiment.key));
    return { kind: 'job', token: taken.token, job, keys };
  }

  /** A deferred experiment may be refused when no user is watching: it has failed, and its record says why. */
  async #fail(members: readonly BatchMember[], outcome: Submission['outcome']): Promise<void> {
    const said = outcome.kind === 'refused' ? (outcome.problem.said ?? outcome.problem.message) : 'it was refused';
    const attempts = getAttemptRefs(members);
    await this.#project.store.append([
      { type: 'state', attempts, fact: { kind: 'accounted', state: 'launch', atMs: nowMs(), said } },
    ]);
  }

  /** Without those whose parents are not in the job that was just sent: they would wait for ever. */
  async #withParents(batch: Batch): Promise<Batch> {
    const { parent } = batch;
    const sent = parent === undefined || 'token' in parent ? undefined : this.#sent.get(parent);
    if (sent?.kind !== 'job' || sent.keys === undefined) return batch;
    const { keys } = sent;
    const [ready, rest] = partitionBatch(batch, ({ experiment }) => keys.has(experiment.key));
    if (rest.length > 0) await this.#later(batch, rest, WAITS_FOR_DEFERRED);
    return ready;
  }

  /** The jobs that a batch waits for, or why it cannot be sent now. */
  #waitsFor(batch: Batch): Dependency[] | Exclude<BatchOutcome, { kind: 'job' }> {
    const { parent, parentTasks = 'all', behind } = batch;
    const before = behind && this.#sent.get(behind);
    if (before?.kind === 'later') return before;
    const throttle: Dependency[] = before?.kind === 'job' ? [endOf(before)] : [];
    if (parent === undefined) return [...throttle, ...(batch.limited ? this.#liveJobs(batch) : [])];
    const own = 'token' in parent ? this.#known(parent.token) : this.#sent.get(parent);
    if (own === undefined) return { kind: 'never', why: 'what it waits for was not submitted' };
    if (own.kind !== 'job') return own;
    // What follows a stage needs no throttle of its own against jobs of that stage.
    return [...throttle, { job: own.job, token: own.token, tasks: parentTasks, until: 'completed' }];
  }

  #known(token: Token): BatchOutcome {
    const job = this.#project.store.submission(token)?.job?.value;
    if (job === undefined) return { kind: 'later', why: 'what goes before it is currently being submitted' };
    return isMine({ job, token }, this.#scheduler)
      ? { kind: 'job', token, job }
      : { kind: 'never', why: 'what it waits for is on another cluster, or belongs to another user' };
  }

  /** Jobs of a sweep that were sent by an earlier command: together with them a new one would exceed the throttle. */
  #liveJobs({ stage, members: [first] }: Batch): Dependency[] {
    const sweep = first?.experiment.sweep;
    if (sweep === undefined) return [];
    const own = new Set(this.#submissions.map(({ token }) => token));
    const others = this.#project.store.active().filter((experiment) => experiment.sweep === sweep);
    const live = openAttempts(this.#project, others).flatMap(({ ref, task }) =>
      task !== undefined && ref.stage === stage && !own.has(task.token) && isMine(task, this.#scheduler) ? [task] : [],
    );
    return [...new Map(live.map((task) => [task.token, task])).values()].map(endOf);
  }

  #leave(members: readonly BatchMember[], why: string): void {
    const words = members.map(({ experiment, stage }) => ({
      expId: experiment.expId,
      why: `${stage.name} was not submitted: ${why}`,
    }));
    this.#nothingToDo.push(...words);
  }

  async #later(
    { code, fresh, reread }: Batch,
    members: readonly BatchMember[],
    why: string,
    again?: DeferredAgain,
  ): Promise<BatchOutcome> {
    const fact = {
      why,
      options: deferredOptions(this.#options, members),
      code,
      ...withoutUndefined({ again, fresh, reread }),
    };
    await defer(this.#project, members, fact, this.#inputsOf);
    this.#deferred.push(...members.map(({ experiment }) => ({ expId: experiment.expId, why })));
    return { kind: 'later', why: WAITS_FOR_DEFERRED };
  }
}

function endOf({ job, token }: { readonly job: JobRef; readonly token: Token }): Dependency {
  return { job, token, tasks: 'all', until: 'ended' };
}

/** A refused call has used up its attempts. */
function nextAttempts(members: readonly BatchMember[]): BatchMember[] {
  return members.map((member) => ({ ...member, n: member.n + 1 }));
}

function getFormerTry(members: readonly BatchMember[]): DeferredAgain | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const name = attemptName({ stage: first.stage.name, n: first.n });
  return first.experiment.record.attempts[name]?.facts.deferred?.value.again;
}

function deferredOptions(
  { maxParallel, hold, set: asked, after }: SubmitPlanOptions,
  members: readonly BatchMember[],
): DeferredOptions {
  const set = getGivenResources(members, asked);
  const ofSweep = members.every(({ experiment }) => experiment.sweep !== undefined);
  return {
    ...(maxParallel === undefined || ofSweep ? {} : { maxParallel }),
    ...(hold ? { hold } : {}),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(after === undefined || after.length === 0 ? {} : { after }),
  };
}

function describeFull(said: string): string {
  const limit = /\b(?:QOS|Assoc)\w*Submit\w*/.exec(said)?.[0];
  if (limit !== undefined) return `no more jobs may be submitted now (${limit})`;
  return /submissions disabled/i.test(said) ? 'the site takes no jobs now' : 'the queue is full';
}
