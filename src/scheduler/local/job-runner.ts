import { bootId, nowMs, removePath } from '../../system/index.ts';
import { listPendingControls, removeControl, type ControlRequest } from './spool/control.ts';
import { findIdOfToken, hasJob, listJobIds, readQueuedJob, readJob } from './spool/job-file.ts';
import {
  appendLines,
  computeNextState,
  readLog,
  countRestarts,
  type JobLogEntry,
  type TaskEnd,
  type TaskLine,
  type TaskState,
} from './spool/job-log.ts';
import { ProcessTable } from './process-tree.ts';
import { Queue, type Blocked, type Move } from './spool/queue.ts';
import { readQueueFile, writeQueueFile } from './spool/queue-file.ts';
import { removeExitStatus } from './shim.ts';
import { Slots, type MachineCapacity } from './spool/slots.ts';
import type { Spool } from './spool/spool.ts';
import {
  endProcesses,
  isPassing,
  isToRunAgain,
  markOfTask,
  makeSupervised,
  chooseRecordedEnd,
  runOf,
  getShimState,
  startTask,
  warnOfLimit,
  type Running,
  type Supervised,
  type Task,
} from './task.ts';

export interface JobRunnerOptions {
  /** Between asking processes to end and ending them, milliseconds. */
  readonly graceMs: number;
}

/** What a finished task leaves behind is given less time: its end was to be expected. */
const LEFT_BEHIND_GRACE_MS = 2_000;

/** `idle`: nothing runs, and nothing can start without a command. */
export type Activity = 'idle' | 'busy' | 'stopping';

/**
 * Runs the jobs of a supervisor in rounds: take up what is new, see what ended, start what fits. What is decided
 * is in the logs before it is done; so a process that reads the spool again continues from there.
 */
export class JobRunner {
  readonly #spool: Spool;
  readonly #machine: MachineCapacity;
  readonly #options: JobRunnerOptions;
  readonly #wake: () => void;
  readonly #log: (text: string) => void;
  /** Kept when everything else is read again: only this process knows its children. */
  readonly #supervised = new Map<string, Supervised>();
  #queue = new Queue();
  #slots: Slots;
  #nextId = 0;
  /** Jobs that a command has not put into the queue yet, and never will if it died. */
  #uncommitted = new Set<number>();
  readonly #lines = new Map<number, JobLogEntry[]>();
  #whenRecorded: (() => void)[] = [];
  #written = '';
  /** What kept a request to end tasks from being recorded. */
  #fault: Error | undefined;

  constructor(
    spool: Spool,
    machine: MachineCapacity,
    options: JobRunnerOptions,
    wake: () => void,
    say: (text: string) => void,
  ) {
    this.#spool = spool;
    this.#machine = machine;
    this.#options = options;
    this.#wake = wake;
    this.#log = say;
    this.#slots = new Slots(machine);
  }

  /** The next round begins by reading the spool. */
  reloadNext(): void {
    this.#nextId = 0;
  }

  /** @throws on any fault of the file system; call {@link reloadNext} then */
  runOnce(): Activity {
    if (this.#nextId === 0) this.#load();
    this.#takeUpJobs();
    this.#handleControls();
    const isStopping = this.#watch();
    if (this.#fault !== undefined) throw this.#fault;
    const blocked = this.#start();
    this.#publishQueue(blocked);
    const running = this.#queue.runningTasks().length;
    return isStopping ? 'stopping' : running > 0 ? 'busy' : 'idle';
  }

  /** Whether something came that no round has seen. */
  hasUnseenWork(): boolean {
    return (
      hasJob(this.#spool, this.#nextId) ||
      [...this.#uncommitted].some((id) => readQueuedJob(this.#spool, id) !== undefined) ||
      listPendingControls(this.#spool).length > 0
    );
  }

  #load(): void {
    const { firstOpen } = readQueueFile(this.#spool);
    const ids = listJobIds(this.#spool).filter((id) => id >= firstOpen);
    this.#queue = new Queue();
    this.#slots = new Slots(this.#machine);
    this.#uncommitted = new Set(ids);
    this.#nextId = (ids.at(-1) ?? firstOpen - 1) + 1;
    this.#lines.clear();
    this.#whenRecorded = [];
    this.#fault = undefined;
  }

  #takeUpJobs(): void {
    for (; hasJob(this.#spool, this.#nextId); this.#nextId += 1) this.#uncommitted.add(this.#nextId);
    for (const id of this.#uncommitted) this.#takeUp(id);
  }

  #takeUp(id: number): void {
    const job = readJob(this.#spool, id);
    const holder = job && findIdOfToken(this.#spool, job.token);
    if (job !== undefined && holder === undefined) return;
    this.#uncommitted.delete(id);
    if (job === undefined) return this.#log(`job ${id} is skipped: its job.json cannot be read`);
    // Of two submissions of one token only the first counts.
    if (holder !== id) return;
    // Parents that are open were taken up before: their ids are lower.
    for (const parent of job.after) if (this.#queue.job(parent.id) === undefined) this.#takeUp(parent.id);
    const logged = readLog(this.#spool, id, job);
    this.#queue.add({ id, ...logged });
    for (const state of logged.states.values()) if (state.kind === 'running') this.#slots.occupy(state);
  }

  #handleControls(): void {
    const controls = listPendingControls(this.#spool);
    for (const control of controls) this.#carryOut(control.request);
    if (this.#recordsStops()) for (const control of controls) removeControl(control);
  }

  /**
   * Tasks are ended even if that cannot be recorded: they may be what fills the disk. Of starting nothing
   * comes then: the fault ends the round.
   */
  #recordsStops(): boolean {
    try {
      this.#record();
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#fault ??= error;
      return false;
    }
  }

  #carryOut(request: ControlRequest): void {
    const at = nowMs();
    if (request.verb === 'throttle') return this.#throttle(request, at);
    const { verb, tasks } = request;
    for (const { id, index } of tasks) {
      const states = this.#queue.job(id)?.states;
      if (states === undefined) continue;
      for (const i of index === undefined ? [...states.keys()] : [index]) {
        const kind = states.get(i)?.kind;
        if (verb !== 'cancel') {
          if (kind === 'pending') this.#note(id, { t: 'hold', i, at, held: verb === 'hold' });
        } else if (kind === 'pending') {
          this.#end(id, i, { state: 'cancelled', said: 'it was cancelled before it started' });
        } else if (kind === 'running') {
          this.#note(id, { t: 'stop', i, at, why: 'cancelled' });
        }
      }
    }
  }

  #throttle({ id, maxParallel: most }: Extract<ControlRequest, { verb: 'throttle' }>, at: number): void {
    if (!this.#queue.isOpen(id)) return;
    this.#queue.throttle(id, most);
    this.#keep(id, { t: 'throttle', at, ...(most === undefined ? {} : { most }) });
  }

  /** @returns whether processes are being ended */
  #watch(): boolean {
    let table: ProcessTable | undefined;
    let isStopping = false;
    for (const { id, index } of this.#queue.runningTasks()) {
      const task = this.#task(id, index);
      const running = this.#running(task);
      const supervised = this.#supervisedOf(task);
      const fault = supervised.child?.end?.notStarted;
      if (isPassing(fault)) {
        delete supervised.child;
        throw new Error(`a job could not be started: ${fault}`);
      }
      const shim = getShimState(task, running, supervised.child);
      if (shim === 'unstarted') {
        this.#launch(task);
      } else if (shim === 'running' && !this.#isToEnd(task, running)) {
        warnOfLimit(task, running, supervised, nowMs());
      } else {
        table ??= new ProcessTable();
        const processes = table.of(markOfTask(task), supervised.seen);
        if (processes.length === 0 && shim !== 'running') {
          if (isToRunAgain(task, running)) this.#runAgain(task, running);
          else this.#end(id, index, chooseRecordedEnd(task, running, shim));
        } else {
          isStopping = true;
          endProcesses(processes, supervised, nowMs(), this.#killAtMs(task, shim === 'running'));
        }
      }
    }
    return isStopping;
  }

  /** Whether a task was asked to end; a time limit that is reached asks it. */
  #isToEnd({ id, index, job }: Task, { stop, startedMs }: Running): boolean {
    if (stop !== undefined) return true;
    if (nowMs() < startedMs + (job.timeLimitS ?? Infinity) * 1000) return false;
    this.#note(id, { t: 'stop', i: index, at: nowMs(), why: 'timeout' });
    this.#recordsStops();
    return true;
  }

  #killAtMs(task: Task, hasShim: boolean): number {
    const supervised = this.#supervisedOf(task);
    const { stop } = this.#running(task);
    if (!hasShim) supervised.leftBehindSinceMs ??= nowMs();
    supervised.stopSinceMs ??= stop?.sinceMs;
    return Math.min(
      (supervised.stopSinceMs ?? Infinity) + this.#options.graceMs,
      (supervised.leftBehindSinceMs ?? Infinity) + LEFT_BEHIND_GRACE_MS,
    );
  }

  /** Starts everything that may start, in order. A job that can never start may release others, so it repeats. */
  #start(): Blocked | undefined {
    for (;;) {
      const { moves, blocked } = this.#queue.plan(this.#slots);
      for (const move of moves) this.#decide(move);
      this.#record();
      if (moves.length === 0) return blocked;
    }
  }

  #decide(move: Move): void {
    const { id, index } = move;
    if (move.kind === 'give_up') {
      this.#end(id, index, { state: 'dependency', said: `job ${move.parent} did not complete` });
      return;
    }
    const { cpus, gpus } = move;
    this.#note(id, { t: 'start', i: index, at: nowMs(), boot: bootId(), cpus, gpus });
    this.#whenRecorded.push(() => this.#launch(this.#task(id, index)));
  }

  #launch(task: Task): void {
    this.#supervisedOf(task).child = startTask(task, this.#running(task), this.#machine, this.#wake);
  }

  #runAgain(task: Task, running: Running): void {
    const { id, index } = task;
    this.#slots.give(running);
    this.#note(id, { t: 'again', i: index, at: nowMs() });
    this.#whenRecorded.push(() => {
      this.#supervised.delete(`${id}_${index}`);
      removeExitStatus(this.#spool, runOf(task, running));
    });
  }

  #end(id: number, index: number, end: TaskEnd): void {
    const { job, states } = this.#queue.job(id) ?? {};
    const former = states?.get(index);
    if (former?.kind === 'running') this.#slots.give(former);
    this.#note(id, { t: 'end', i: index, at: nowMs(), ...end });
    this.#whenRecorded.push(() => {
      this.#supervised.delete(`${id}_${index}`);
      if (former?.kind === 'running') removeExitStatus(this.#spool, { id, index, restarts: countRestarts(former) });
      if (job?.envFile !== undefined && !this.#queue.isOpen(id)) removePath(job.envFile);
    });
  }

  /** Takes a line to be recorded, and goes on as if it were. */
  #note(id: number, line: TaskLine): void {
    const former = this.#queue.job(id)?.states.get(line.i);
    if (former === undefined || former.kind === 'ended') return;
    this.#queue.change(id, line.i, computeNextState(former, line));
    this.#keep(id, line);
  }

  #keep(id: number, line: JobLogEntry): void {
    const lines = this.#lines.get(id) ?? [];
    lines.push(line);
    this.#lines.set(id, lines);
  }

  /** Writes what was noted, then does what was waiting for that. */
  #record(): void {
    for (const [id, lines] of this.#lines) appendLines(this.#spool, id, lines);
    this.#lines.clear();
    const acts = this.#whenRecorded;
    this.#whenRecorded = [];
    for (const act of acts) act();
  }

  #publishQueue(blocked: Blocked | undefined): void {
    const firstOpen = Math.min(this.#queue.firstOpen() ?? this.#nextId, ...this.#uncommitted);
    const file = { firstOpen, ...(blocked === undefined ? {} : { blocked }) };
    if (JSON.stringify(file) === this.#written) return;
    writeQueueFile(this.#spool, file);
    this.#written = JSON.stringify(file);
  }

  #task(id: number, index: number): Task {
    const queued = this.#queue.job(id);
    if (queued === undefined) throw new Error(`job ${id} is not in the queue`);
    return { spool: this.#spool, id, index, job: queued.job };
  }

  #running({ id, index }: Task): Running {
    const state: TaskState | undefined = this.#queue.job(id)?.states.get(index);
    if (state?.kind !== 'running') throw new Error(`task ${index} of job ${id} does not run`);
    return state;
  }

  #supervisedOf({ id, index }: Task): Supervised {
    const name = `${id}_${index}`;
    const supervised = this.#supervised.get(name) ?? makeSupervised();
    this.#supervised.set(name, supervised);
    return supervised;
  }
}
