import { toParent, getDependencyState } from './dependency.ts';
import type { LocalJob } from './job-file.ts';
import { applyThrottle, type TaskState, type TaskStates } from './job-log.ts';
import type { Slots } from './slots.ts';

/** What the queue wants to be done. */
export type Move =
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly index: number;
      readonly cpus: number;
      readonly gpus: readonly string[];
    }
  /** A job that it waited for did not complete: it can never start. */
  | { readonly kind: 'give_up'; readonly id: number; readonly index: number; readonly parent: number };

/** The first task that waits for resources; all behind it wait for it. */
export interface Blocked {
  readonly id: number;
  readonly why: string;
}

export interface QueuedJob {
  readonly id: number;
  readonly job: LocalJob;
  readonly states: TaskStates;
}

/** A job with what makes the next decision cheap. */
interface Entry extends QueuedJob {
  job: LocalJob;
  /** Indices to check, from `head` on: pending, and not known to be waiting. */
  candidates: number[];
  head: number;
  /** Pending, but held or waiting for a job. */
  readonly parked: Set<number>;
  readonly running: Set<number>;
  open: number;
  failed: boolean;
}

/**
 * The order of starting: strictly that of submission, as far as resources go. A task that waits for
 * resources keeps all behind it waiting, so that many small jobs cannot keep a big one from ever
 * starting. Jobs that are held, wait for other jobs, or have their share of an array running are skipped.
 *
 * The cost of a decision grows with what changed, not with the size of arrays.
 */
export class Queue {
  readonly #entries = new Map<number, Entry>();
  /** Those that have not ended, in order of their ids. */
  #open = new Map<number, Entry>();
  #highest = 0;
  /** Parent → the jobs that wait for it. */
  readonly #children = new Map<number, Entry[]>();

  /** Adds a job as its log shows it; what it waits for must have been added before. */
  add({ id, job, states }: QueuedJob): void {
    const indices = (kind: TaskState['kind']): number[] =>
      [...states].filter(([, state]) => state.kind === kind).map(([index]) => index);
    const entry: Entry = {
      id,
      job,
      ...toParent(states),
      candidates: indices('pending'),
      head: 0,
      parked: new Set(),
      running: new Set(indices('running')),
    };
    this.#entries.set(id, entry);
    if (entry.open === 0) return;
    this.#open.set(id, entry);
    if (id < this.#highest) this.#open = new Map([...this.#open].toSorted(([a], [b]) => a - b));
    this.#highest = Math.max(this.#highest, id);
    for (const { id: parent } of job.after) this.#childrenOf(parent).push(entry);
  }

  #childrenOf(parent: number): Entry[] {
    const children = this.#children.get(parent) ?? [];
    this.#children.set(parent, children);
    return children;
  }

  job(id: number): QueuedJob | undefined {
    return this.#entries.get(id);
  }

  /** Whether a task of the job has not ended. */
  isOpen(id: number): boolean {
    return this.#open.has(id);
  }

  /** The lowest id of a job that has not ended. */
  firstOpen(): number | undefined {
    return this.#open.keys().next().value;
  }

  runningTasks(): { id: number; index: number }[] {
    return [...this.#open.values()].flatMap(({ id, running }) => [...running].map((index) => ({ id, index })));
  }

  /** Takes slots for all that may start now, in order. The caller must carry the moves out. */
  plan(slots: Slots): { moves: Move[]; blocked?: Blocked } {
    const moves: Move[] = [];
    for (const entry of this.#open.values()) {
      const blocked = this.#planJob(entry, slots, moves);
      if (blocked !== undefined) return { moves, blocked };
    }
    return { moves };
  }

  #planJob(entry: Entry, slots: Slots, moves: Move[]): Blocked | undefined {
    const { id, job } = entry;
    let starting = 0;
    for (; entry.head < entry.candidates.length; entry.head += 1) {
      const index = entry.candidates[entry.head] ?? 0;
      const state = entry.states.get(index);
      if (state?.kind !== 'pending') continue;
      const dependency = getDependencyState(job, index, (parent) => this.#entries.get(parent));
      if (dependency.kind === 'never') {
        moves.push({ kind: 'give_up', id, index, parent: dependency.parent });
      } else if (state.held || dependency.kind === 'waiting') {
        entry.parked.add(index);
      } else if (entry.running.size + starting >= (job.maxParallel ?? Infinity)) {
        return undefined;
      } else {
        const taken = slots.take(job);
        if (taken === undefined) return { id, why: slots.shortageOf(job) };
        starting += 1;
        moves.push({ kind: 'start', id, index, ...taken });
      }
    }
    entry.candidates = [];
    entry.head = 0;
    return undefined;
  }

  /** Limits how many tasks of a job run at once from now on; running tasks continue. */
  throttle(id: number, most: number | undefined): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.job = applyThrottle(entry.job, most);
  }

  /** Puts a new state of a task in place of the old one, and lets go what waited for it. */
  change(id: number, index: number, next: TaskState): void {
    const entry = this.#entries.get(id);
    const former = entry?.states.get(index);
    if (entry === undefined || former === undefined || former.kind === 'ended') return;
    entry.states.set(index, next);
    if (next.kind === 'running') entry.running.add(index);
    else entry.running.delete(index);
    if (next.kind === 'pending' && former.kind === 'running') entry.candidates.push(index);
    else if (next.kind === 'pending') reconsider(entry, [index]);
    if (next.kind === 'ended') this.#end(entry, index, next.state === 'completed');
  }

  #end(entry: Entry, index: number, completed: boolean): void {
    const isFirstFailure = !completed && !entry.failed;
    entry.open -= 1;
    entry.failed ||= !completed;
    entry.parked.delete(index);
    if (entry.open === 0) this.#open.delete(entry.id);
    const isDecided = entry.open === 0 || isFirstFailure;
    for (const child of this.#children.get(entry.id) ?? []) {
      for (const { tasks } of child.job.after.filter((dependency) => dependency.id === entry.id)) {
        if (tasks === 'each') reconsider(child, [index]);
        if (tasks === index || isDecided) reconsider(child, [...child.parked]);
      }
    }
  }
}

function reconsider(entry: Entry, indices: readonly number[]): void {
  for (const index of indices) if (entry.parked.delete(index)) entry.candidates.push(index);
}
