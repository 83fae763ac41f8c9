import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import { formatError, failure, inputError, throwProblems } from '../../core/errors.ts';
import type { JobRef } from '../../core/experiment/event.ts';
import type { Token } from '../../core/ids.ts';
import { formatRanges } from '../../core/text/index-ranges.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { cpuCount, getFileFacts, hostName, nowMs, userId } from '../../system/index.ts';
import type {
  Accounts,
  ArrayThrottle,
  Capabilities,
  Completed,
  FindAnswer,
  Poll,
  QueuePosition,
  Scheduler,
  SchedulerDescription,
  SubmitOutcome,
  SubmitRequest,
  TaskRef,
} from '../scheduler.ts';
import { requestControl, type ControlRequest } from './spool/control.ts';
import { computeDemand, findIdOfToken, readJob } from './spool/job-file.ts';
import { getLocalFacts } from './local-facts.ts';
import type { SchedulerPlace } from '../kind.ts';
import { listShortages } from './shortage.ts';
import { QueueView } from './poll-results.ts';
import { findMachine, readMachineMemory, slotVariables, type MachineCapacity } from './spool/slots.ts';
import { type Spool } from './spool/spool.ts';
import { findSpool } from './spool/find-spool.ts';
import { ensureSupervisor, buildSupervisorEnvironment, waitUntilTakenOver, type Starter } from './start.ts';
import { queueJob } from './submit.ts';

/** The program that supervises it calls {@link superviseSpool}; without `localDir` no environments of jobs are kept. */
export type LocalSchedulerOptions = Pick<SchedulerPlace, 'root' | 'localDir' | 'slots' | 'supervisorArgv' | 'env'>;

const MAX_ARRAY_SIZE = 100_000;

/**
 * The scheduler that needs no cluster: it runs jobs on this machine, by a
 * supervisor that is detached from all terminals. Nothing is written before the first submission.
 */
export function openLocalScheduler(options: LocalSchedulerOptions): Scheduler {
  return new LocalScheduler(options);
}

class LocalScheduler implements Scheduler {
  readonly id: string;
  readonly can: Capabilities = { settleMs: 0, partitions: false, idleCpus: 0 };
  readonly #options: LocalSchedulerOptions;
  readonly #spool: Spool;
  readonly #starter: Starter;
  #machine: Promise<MachineCapacity> | undefined;

  constructor(options: LocalSchedulerOptions) {
    this.#options = options;
    this.#spool = findSpool(options.root);
    this.id = `local:${this.#spool.name}`;
    this.#starter = {
      argv: options.supervisorArgv,
      env: buildSupervisorEnvironment(options.env, slotVariables(options.slots, options.env)),
    };
  }

  async maxArraySize(): Promise<number> {
    return MAX_ARRAY_SIZE;
  }

  async room(): Promise<number> {
    return Infinity;
  }

  /** Programs are only asked what the machine has when the job asks for much. */
  async complete(resources: Resources, purpose?: 'show'): Promise<Completed> {
    const demand = computeDemand(resources);
    const asksMuch = demand.gpus > 0 || demand.cpus > 1;
    const machine = asksMuch ? await this.#findMachine() : undefined;
    const memoryMib = resources.mem === undefined ? undefined : readMachineMemory();
    const problems = listShortages(resources, demand, machine, memoryMib);
    if (purpose !== 'show') throwProblems(problems);
    return { resources, notes: problems.map(({ message }) => `${message}: a submit would be refused`) };
  }

  command({ indices, maxParallel, held, token }: Omit<SubmitRequest, 'env' | 'script'>): string {
    const throttle = maxParallel === undefined ? '' : `%${maxParallel}`;
    const array = indices === undefined ? '' : ` --array=${formatRanges(indices)}${throttle}`;
    return `local scheduler:${array}${held ? ' --hold' : ''} .sheaf/submissions/${token}/job.sbatch`;
  }

  async submit(request: SubmitRequest): Promise<SubmitOutcome> {
    const queued = queueJob(this.#spool, request, this.#options.localDir);
    if (queued.kind !== 'queued') return queued;
    return { kind: 'accepted', job: this.#jobRef(queued.id), notes: this.#start() };
  }

  /** What there is to say of it: the job is in the queue, whatever happens here. */
  #start(): string[] {
    try {
      ensureSupervisor(this.#spool, this.#starter);
      return [];
    } catch (error) {
      return [
        `it is queued, but its supervisor could not be started (${formatError(error)}); the next command tries again`,
      ];
    }
  }

  #jobRef(id: number): JobRef {
    return {
      scheduler: this.id,
      id: String(id),
      uid: userId(),
      submittedMs: readJob(this.#spool, id)?.submittedMs ?? nowMs(),
    };
  }

  #findMachine(): Promise<MachineCapacity> {
    return (this.#machine ??= findMachine(this.#options.slots, this.#options.env));
  }

  async find(tokens: readonly Token[]): Promise<FindAnswer> {
    try {
      const found = tokens.flatMap((token): [Token, JobRef][] => {
        const id = findIdOfToken(this.#spool, token);
        return id === undefined ? [] : [[token, this.#jobRef(id)]];
      });
      return { kind: 'answer', jobs: new Map(found) };
    } catch (error) {
      return { kind: 'failed', said: formatError(error) };
    }
  }

  async poll(tasks: readonly TaskRef[]): Promise<Poll> {
    const mine = tasks.filter((task) => this.#isMine(task));
    try {
      const view = new QueueView(this.#spool);
      if (!view.needsSupervisor(mine)) return answer(view, mine);
      const started = ensureSupervisor(this.#spool, this.#starter);
      if (started === undefined) return answer(view, mine);
      if (await waitUntilTakenOver(this.#spool, started)) return answer(new QueueView(this.#spool), mine);
      return {
        kind: 'failed',
        said: `the supervisor of the local scheduler does not start; see ${this.#spool.path}/supervisor.log`,
      };
    } catch (error) {
      return { kind: 'failed', said: formatError(error) };
    }
  }

  async look(tasks: readonly TaskRef[]): Promise<Poll> {
    try {
      return answer(
        new QueueView(this.#spool),
        tasks.filter((task) => this.#isMine(task)),
      );
    } catch (error) {
      return { kind: 'failed', said: formatError(error) };
    }
  }

  /** The queue keeps all that ended: a poll tells as much as there is. */
  async account(): Promise<Accounts> {
    return { kind: 'none' };
  }

  async cancel(tasks: readonly TaskRef[]): Promise<void> {
    this.#request('cancel', tasks);
  }

  async hold(tasks: readonly TaskRef[]): Promise<void> {
    this.#request('hold', tasks);
  }

  async release(tasks: readonly TaskRef[]): Promise<void> {
    this.#request('release', tasks);
  }

  async requeue(): Promise<void> {
    throw inputError('requeue.local', 'the local scheduler does not put a job back into its queue', {
      fix: 'for a new attempt, once this one has ended: sheaf retry ID',
      now: 'nothing was changed',
    });
  }

  async throttle(changes: readonly ArrayThrottle[]): Promise<void> {
    for (const { job, maxParallel } of changes) {
      const most = maxParallel === undefined || maxParallel <= 0 ? {} : { maxParallel };
      for (const { id } of this.#known([job])) this.#leave({ verb: 'throttle', id, ...most });
    }
  }

  async place(task: TaskRef): Promise<QueuePosition | undefined> {
    const before = this.#isMine(task) ? new QueueView(this.#spool).before(task) : undefined;
    return before === undefined ? undefined : { before };
  }

  async shell(task: TaskRef): Promise<readonly [string, ...string[]]> {
    const sighting = this.#isMine(task) ? new QueueView(this.#spool).resultOf(task, nowMs()) : undefined;
    if (sighting?.fact.state === 'running') return ['bash', '-i'];
    throw failure('shell.not_running', `job ${task.job.id} does not run now`, { fix: 'sheaf status' });
  }

  #request(verb: 'cancel' | 'hold' | 'release', tasks: readonly TaskRef[]): void {
    const known = this.#known(tasks);
    if (known.length > 0) this.#leave({ verb, tasks: known });
  }

  #leave(request: ControlRequest): void {
    requestControl(this.#spool, request);
    ensureSupervisor(this.#spool, this.#starter);
  }

  /** Those that are in the queue, as it numbers them. @throws SheafError when one is in another queue */
  #known(tasks: readonly TaskRef[]): { id: number; index?: number }[] {
    const foreign = tasks.find((task) => !this.#isMine(task));
    if (foreign !== undefined) {
      throw failure('scheduler.elsewhere', `job ${foreign.job.id} is in the queue of another machine or user`, {
        why: `it belongs to ${foreign.job.scheduler}, and this is ${this.id}`,
        fix: 'run the command there',
      });
    }
    const known = tasks.filter(({ token, job }) => findIdOfToken(this.#spool, token) === Number(job.id));
    return known.map(({ job, index }) => ({ id: Number(job.id), ...(index === undefined ? {} : { index }) }));
  }

  #isMine({ job }: TaskRef): boolean {
    return job.scheduler === this.id && job.uid === userId();
  }

  async facts(): Promise<ClusterFacts> {
    return getLocalFacts(this.id, this.#spool, await this.#findMachine());
  }

  async describe(): Promise<SchedulerDescription> {
    const { cpus, gpus } = await this.#findMachine();
    const total = cpuCount();
    return {
      id: this.id,
      name: `local scheduler of ${hostName()}`,
      version: '1',
      cpus,
      gpus: gpus.length,
      notes: [
        ...(cpus === total ? [] : [`${cpus} of ${total} CPUs are used, as configured`]),
        ...(gpus.length === 0 ? ['no GPU was found: nvidia-smi lists none'] : [`GPUs ${gpus.join(', ')}`]),
        getFileFacts(this.#spool.path) === undefined
          ? 'nothing was submitted yet'
          : `its queue is in ${this.#spool.path}`,
      ],
    };
  }
}

function answer(view: QueueView, tasks: readonly TaskRef[]): Poll {
  const atMs = nowMs();
  return {
    kind: 'answer',
    atMs,
    results: tasks.map((task) => view.resultOf(task, atMs)).filter((result) => result !== undefined),
  };
}
