import { withoutUndefined } from '../../core/value.ts';
import type { AccountedFact, QueuedFact } from '../../core/experiment/facts.ts';
import type { PollResult, TaskRef } from '../scheduler.ts';
import { listPendingControls, type ControlRequest } from './spool/control.ts';
import { toParent, getDependencyState, type Parent } from './spool/dependency.ts';
import { readQueuedJob, type LocalJob } from './spool/job-file.ts';
import { computeNextState, readLog, applyThrottle, type TaskState, type TaskStates } from './spool/job-log.ts';
import type { Blocked } from './spool/queue.ts';
import { readQueueFile } from './spool/queue-file.ts';
import type { Spool } from './spool/spool.ts';

interface KnownJob extends Parent {
  readonly job: LocalJob;
  readonly running: number;
}

/** One look at the queue: each job's log is read once, however many of its tasks are asked about. */
export class QueueView {
  readonly #spool: Spool;
  readonly #jobs = new Map<number, KnownJob | undefined>();
  readonly #controls: readonly ControlRequest[];
  readonly #blocked: Blocked | undefined;

  constructor(spool: Spool) {
    this.#spool = spool;
    this.#controls = listPendingControls(spool).map(({ request }) => request);
    this.#blocked = readQueueFile(spool).blocked;
  }

  /** What there is to say of a task; undefined when the queue does not know it. */
  resultOf(task: TaskRef, atMs: number): PollResult | undefined {
    const { token, job, index } = task;
    const id = Number(job.id);
    const known = this.#job(id);
    const state = known?.job.token === token ? known.states.get(index ?? 0) : undefined;
    if (known === undefined || state === undefined) return undefined;
    const fact = factOf(state, atMs, () => this.#reason(id, known, index ?? 0, state));
    return { token, job, ...(index === undefined ? {} : { index }), fact };
  }

  /** How many waiting tasks are before one that waits, held ones left out; undefined when it does not wait. */
  before({ token, job, index = 0 }: TaskRef): number | undefined {
    const id = Number(job.id);
    const known = this.#job(id);
    if (known?.job.token !== token || known.states.get(index)?.kind !== 'pending') return undefined;
    let before = 0;
    for (let each = readQueueFile(this.#spool).firstOpen; each <= id; each += 1) {
      for (const [i, state] of this.#job(each)?.states ?? []) {
        if (state.kind === 'pending' && !state.held && (each < id || i < index)) before += 1;
      }
    }
    return before;
  }

  /** Whether a supervisor has something to do: what is held, and what waits for that, needs none. */
  needsSupervisor(tasks: readonly TaskRef[]): boolean {
    if (this.#controls.length > 0) return true;
    return [...new Set(tasks.map(({ job }) => Number(job.id)))].some((id) => this.#canMove(id));
  }

  #canMove(id: number): boolean {
    const known = this.#job(id);
    if (known === undefined || known.open === 0) return false;
    if (known.running > 0) return true;
    const isFree = [...known.states.values()].some((state) => state.kind === 'pending' && !state.held);
    const waitsFor = known.job.after.map((parent) => parent.id).filter((parent) => this.#job(parent)?.open !== 0);
    return isFree && (waitsFor.length === 0 || waitsFor.some((parent) => this.#canMove(parent)));
  }

  #job(id: number): KnownJob | undefined {
    if (!this.#jobs.has(id)) this.#jobs.set(id, this.#read(id));
    return this.#jobs.get(id);
  }

  #read(id: number): KnownJob | undefined {
    const submitted = readQueuedJob(this.#spool, id);
    if (submitted === undefined) return undefined;
    const { job, states } = readLog(this.#spool, id, submitted);
    for (const control of this.#controls) foresee(states, id, control);
    const running = [...states.values()].filter(({ kind }) => kind === 'running').length;
    const throttles = this.#controls.filter((control) => control.verb === 'throttle' && control.id === id);
    const last = throttles.at(-1);
    return {
      job: last?.verb === 'throttle' ? applyThrottle(job, last.maxParallel) : job,
      running,
      ...toParent(states),
    };
  }

  #reason(id: number, { job, running }: KnownJob, index: number, state: TaskState): string | undefined {
    if (state.kind === 'pending' && state.held) return 'held';
    const dependency = getDependencyState(job, index, (parent) => this.#job(parent));
    if (dependency.kind === 'waiting') return `waits for job ${dependency.parent}`;
    if (running >= (job.maxParallel ?? Infinity)) {
      return `at most ${job.maxParallel} of this sweep ${job.maxParallel === 1 ? 'runs' : 'run'} at once`;
    }
    if (this.#blocked === undefined || this.#blocked.id > id) return undefined;
    return this.#blocked.id === id ? this.#blocked.why : `waits its turn behind job ${this.#blocked.id}`;
  }
}

/** What the supervisor will make of a request to hold or release. */
function foresee(states: TaskStates, id: number, request: ControlRequest): void {
  if (request.verb === 'cancel' || request.verb === 'throttle') return;
  const { verb, tasks } = request;
  for (const { index } of tasks.filter((task) => task.id === id)) {
    for (const i of index === undefined ? [...states.keys()] : [index]) {
      const state = states.get(i);
      if (state !== undefined) states.set(i, computeNextState(state, { t: 'hold', i, at: 0, held: verb === 'hold' }));
    }
  }
}

function factOf(state: TaskState, atMs: number, reasonOf: () => string | undefined): QueuedFact | AccountedFact {
  switch (state.kind) {
    case 'pending': {
      const reason = reasonOf();
      return {
        kind: 'queue',
        state: 'pending',
        atMs,
        ...(state.held ? { held: true } : {}),
        ...(reason === undefined ? {} : { reason }),
      };
    }
    case 'running':
      // Of one that went back into the queue, it tells this run from the last.
      return { kind: 'queue', state: 'running', atMs, ...(state.restarts && { startedMs: state.startedMs }) };
    case 'ended':
      return withoutUndefined({
        kind: 'accounted',
        state: state.state,
        atMs: state.atMs,
        startedMs: state.startedMs,
        exitCode: state.exit,
        signal: state.signal,
        said: state.said,
      });
  }
}
