import type { Environment } from '../../core/value.ts';
import type { ClusterFacts } from '../../core/cluster/cluster-facts.ts';
import { failure } from '../../core/errors.ts';
import type { JobRef } from '../../core/experiment/event.ts';
import type { Token } from '../../core/ids.ts';
import type { Resources } from '../../core/settings/settings.ts';
import { nowMs, userId, type CommandResult, type RunCommand } from '../../system/index.ts';
import type { GpusByPartition } from '../kind.ts';
import type {
  AccessQuestion,
  Accounts,
  ArrayThrottle,
  Capabilities,
  Completed,
  FindAnswer,
  PastWaits,
  Poll,
  QueuePosition,
  Scheduler,
  SchedulerDescription,
  SubmitOutcome,
  SubmitRequest,
  TaskRef,
  Trial,
  TrialRequest,
  Usages,
} from '../scheduler.ts';
import { openCache, type Cache } from './ask/cache.ts';
import { findMissingConfiguration, makeSlurmCommands, type SlurmCommands } from './ask/commands.ts';
import {
  askClusterConfig,
  getClusterName,
  getConfigMark,
  forgetConfig,
  makeUnreachableError,
  type ClusterConfig,
} from './cluster/config.ts';
import { stateResources } from './cluster/defaults.ts';
import { describeCluster } from './live/describe.ts';
import { askInventory } from './cluster/facts.ts';
import { submitRoom } from './cluster/limits.ts';
import { forgetLiveFacts, askLiveFacts } from './live/live-facts.ts';
import { cannotAskForGpus, withUnlistedLive } from './cluster/no-gres.ts';
import { getRecentProbes, probeAccess } from './submit/probes.ts';
import { countBefore, isRowOf, PLACE_FORMAT } from './queue/queue-place.ts';
import { isOwnLimit } from './parse/reasons.ts';
import { classifyRefusal, parsePrintedJob, showsOldConfig } from './submit/refusals.ts';
import { learnRefusedMemory, refusesMemory, setScriptMemory, statesMemory } from './cluster/refused-memory.ts';
import { ACCOUNT_FIELDS, ACCOUNT_SEPARATOR, selectJobs, parseAccounts, type AccountRow } from './parse/sacct.ts';
import { lookAtQueue, pauseMs, pollFloorMs, type QueueAnswer } from './queue/shared-queue.ts';
import { getAccountedTasks, isEndedByUnknown, getPollResults } from './queue/poll-results.ts';
import { parseQueue, QUEUE_FORMAT, type QueueRow } from './parse/squeue.ts';
import { interpretState } from './parse/states.ts';
import { formatCommand, parseNotes, describeOutput, buildSbatchArguments } from './submit/submit.ts';
import { splitCommandLines, listTaskNames } from './submit/task-lists.ts';
import { changeAll } from './submit/change-all.ts';
import { predictStart } from './submit/test-only.ts';
import { refuseUnknownPartition } from './submit/unknown-partition.ts';
import { formatLocalTime } from './parse/times.ts';
import { askUsage } from './queue/usage.ts';
import { askRecentWaits } from './live/waits.ts';

export interface SlurmSchedulerOptions {
  readonly env: Environment;
  /** A folder of this host that only this user can enter, for answers that commands share; undefined: none. */
  readonly folder: (cluster: string) => string | undefined;
  /** Starts Slurm's programs; by default {@link runCommand}. */
  readonly run?: RunCommand;
  /** GPUs of partitions as the project says them, for sites whose Slurm lists none. */
  readonly gpus?: GpusByPartition;
}

/**
 * Opens the cluster that this host belongs to. Asks nobody where the name of the cluster is in a file.
 *
 * @throws SheafError `slurm.unreachable`
 */
export async function openSlurmScheduler({ env, folder, run, gpus }: SlurmSchedulerOptions): Promise<Scheduler> {
  const commands = makeSlurmCommands(env, run);
  const name = await getClusterName(env, () => askClusterConfig(commands, openCache(undefined)));
  return new SlurmScheduler(name, env, commands, openCache(folder(name), getConfigMark(env)), gpus ?? new Map());
}

/** A command that was killed leaves its `sbatch` behind, which ends within this on a cluster that answers. */
const SETTLE_MS = 10_000;
const HOUR_MS = 3_600_000;
/** The controller passes on what happened some seconds after accounting is back. */
const CATCH_UP_MS = 60_000;
const ACCOUNTS_AWAY = 'accounts-away';
const MEMORY_REFUSED =
  'the site refuses jobs that state memory, which is remembered: submit again, and mem is left out (mem: none in the template does that everywhere)';
/** Every state in which `sacct` may have a job, so that it lists those of any. */
const ANY_STATE = 'PD,R,S,CD,CA,F,TO,NF,PR,BF,DL,OOM,RQ,RV';

class SlurmScheduler implements Scheduler {
  readonly id: string;
  readonly can: Capabilities = { settleMs: SETTLE_MS, partitions: true, idleCpus: 1 };
  readonly #name: string;
  readonly #env: Environment;
  readonly #commands: SlurmCommands;
  readonly #cache: Cache;
  readonly #gpus: GpusByPartition;
  /** When this process last changed something: what the queue showed before is out of date. */
  #changedMs = 0;
  /** A question that is under way for the next poll. */
  #begun: Begun | undefined;
  /** The last poll could use no answer from before this. */
  #afterMs = 0;
  /** What accounting last said of jobs that left the queue. */
  #accounted: Accounted | undefined;

  constructor(name: string, env: Environment, commands: SlurmCommands, cache: Cache, gpus: GpusByPartition) {
    this.id = `slurm:${name}`;
    this.#name = name;
    this.#env = env;
    this.#commands = commands;
    this.#cache = cache;
    this.#gpus = gpus;
  }

  #config(): Promise<ClusterConfig> {
    return askClusterConfig(this.#commands, this.#cache);
  }

  async maxArraySize(): Promise<number> {
    return (await this.#config()).maxArraySize;
  }

  async room(resources: Resources): Promise<number> {
    if (!(await this.#config()).accounting) return Infinity;
    return submitRoom(this.#commands, this.#cache, resources, async () => this.#inUse());
  }

  /** Own tasks that are in the queue and have not ended. */
  async #inUse(): Promise<number> {
    const answer = await this.#queue(this.#changedMs);
    if (answer.kind === 'failed') return 0;
    return answer.rows.filter(({ state }) => interpretState(state).kind !== 'ended').length;
  }

  async complete(resources: Resources): Promise<Completed> {
    const [facts, config] = [await askInventory(this.#commands, this.#cache), await this.#config()];
    const rules = { gpus: this.#gpus, refusesMemory: refusesMemory(this.#cache) };
    return stateResources(resources, facts, config, rules);
  }

  async check(resources: Resources): Promise<void> {
    const facts = await askInventory(this.#commands, this.#cache);
    if (facts !== undefined) await refuseUnknownPartition(this.#commands, this.#cache, resources, facts.partitions);
  }

  command(request: Omit<SubmitRequest, 'env' | 'script'>): string {
    return formatCommand(buildSbatchArguments(request));
  }

  async submit(request: SubmitRequest): Promise<SubmitOutcome> {
    const argv = buildSbatchArguments(request);
    const ran = formatCommand(argv);
    const missing = findMissingConfiguration(this.#env['SLURM_CONF']);
    if (missing !== undefined) return { kind: 'refused', said: missing, ran, unreachable: true };
    const submittedMs = nowMs();
    this.#changedMs = submittedMs;
    forgetLiveFacts(this.#cache);
    const { cwd, env, script } = request;
    const result = await this.#commands.submit(argv, { cwd, env, script });
    const printed = result.exitCode === 0 ? parsePrintedJob(result.stdout, this.#name) : undefined;
    if (printed?.kind === 'job') {
      return { kind: 'accepted', job: this.#jobRef(printed.id, submittedMs), notes: parseNotes(result.stderr) };
    }
    if (printed?.kind === 'elsewhere') {
      return { kind: 'doubtful', said: `sbatch gave it to another cluster: ${printed.line}`, ran };
    }
    const said = describeOutput(result);
    if (showsOldConfig(said)) forgetConfig(this.#cache);
    const judged = classifyRefusal(result);
    if (judged.kind === 'refused' && (await this.#learnsFrom(result, request))) {
      return { kind: 'refused', fix: MEMORY_REFUSED, said, ran };
    }
    switch (judged.kind) {
      case 'refused':
        return { ...judged, said, ran };
      case 'full':
      case 'doubtful':
        return { kind: judged.kind, said, ran };
    }
  }

  /** Whether it was refused because it states memory, which the site wants of no job: that is remembered. */
  async #learnsFrom(refused: CommandResult, request: SubmitRequest): Promise<boolean> {
    const { cwd, env, script } = request;
    if (!statesMemory(script)) return false;
    const { scriptFile: _file, after: _after, ...rest } = request;
    const [program, ...words] = buildSbatchArguments({ ...rest, after: [] });
    const learnt = await learnRefusedMemory(this.#cache, refused, (mib) =>
      this.#commands.submit([program, '--test-only', ...words], { cwd, env, script: setScriptMemory(script, mib) }),
    );
    return learnt !== undefined;
  }

  #jobRef(id: string, submittedMs: number): JobRef {
    return { scheduler: this.id, id, uid: userId(), submittedMs };
  }

  async find(tokens: readonly Token[], sinceMs: number): Promise<FindAnswer> {
    const queue = await this.#queue(nowMs());
    if (queue.kind === 'failed') return queue;
    const jobs = new Map<Token, JobRef>();
    const learn = (rows: readonly (QueueRow | AccountRow)[]): void => {
      const wanted = new Set<string>(tokens);
      for (const { name, id, submittedMs = nowMs() } of rows) {
        if (wanted.has(name)) jobs.set(name as Token, this.#jobRef(id, submittedMs));
      }
    };
    learn(queue.rows);
    const missing = tokens.filter((token) => !jobs.has(token));
    if (missing.length === 0) return { kind: 'answer', jobs };
    const accounts = await this.#accounts(['--name', missing.join(','), '-s', ANY_STATE], sinceMs);
    if (accounts.kind === 'failed') return accounts;
    // What a controller that crashed had not saved stays in accounting as pending for ever: only the queue shows those.
    if (accounts.kind === 'answer')
      learn(accounts.rows.filter(({ state }) => interpretState(state).kind !== 'pending'));
    return { kind: 'answer', jobs };
  }

  beginPoll(afterMs = 0): void {
    this.#begun = this.#begin(afterMs);
  }

  #begin(afterMs: number): Begun {
    return { atMs: nowMs(), afterMs, answer: this.#ask(Math.max(afterMs, this.#changedMs)) };
  }

  async poll(tasks: readonly TaskRef[], afterMs = 0): Promise<Poll> {
    const former = this.#begun;
    const begun = former !== undefined && former.afterMs >= afterMs ? former : this.#begin(afterMs);
    this.#begun = undefined;
    this.#afterMs = afterMs;
    const queue = queueOf(await begun.answer);
    if (queue.kind === 'failed') return queue;
    const { atMs } = queue;
    const mine = tasks.filter((task) => this.#isMine(task));
    const asksAccounting = queue.rows.some(isEndedByUnknown) && (await this.#config()).accounting;
    const rows = asksAccounting ? queue.rows.filter((row) => !isEndedByUnknown(row)) : queue.rows;
    return { kind: 'answer', atMs, results: getPollResults(rows, mine, atMs), reused: atMs < begun.atMs };
  }

  async account(tasks: readonly TaskRef[]): Promise<Accounts> {
    const mine = tasks.filter((task) => this.#isMine(task));
    if (mine.length === 0) return { kind: 'answer', tasks: [] };
    const accounts = await this.#accountsOf(mine);
    if (accounts.kind === 'failed') this.#cache.write(ACCOUNTS_AWAY, true);
    if (accounts.kind !== 'answer') return accounts;
    const accounted = getAccountedTasks(accounts.rows, mine, nowMs());
    const ended = accounted.filter(({ runs }) => typeof runs.at(-1) === 'object').length;
    if (ended < mine.length && this.#cache.read<boolean>(ACCOUNTS_AWAY, CATCH_UP_MS)) {
      return { kind: 'failed', said: 'it was away a moment ago, and may not have caught up with the controller' };
    }
    return { kind: 'answer', tasks: accounted };
  }

  usage(tasks: readonly TaskRef[]): Promise<Usages> {
    return askUsage(
      this.#commands,
      tasks.filter((task) => this.#isMine(task)),
    );
  }

  /** Own jobs in the queue, those that ended lately too. */
  async #queue(afterMs: number): Promise<Queue> {
    return queueOf(await this.#ask(afterMs));
  }

  #ask(afterMs: number): Promise<QueueAnswer> {
    // Of a user by name or number Slurm asks twice when the controller does not answer.
    const argv = ['squeue', '-h', '-a', '-r', '-t', 'all', '--me', '-o', QUEUE_FORMAT] as const;
    const floorMs = pollFloorMs(this.#env);
    return lookAtQueue(this.#cache, () => this.#commands.ask(argv), { afterMs, floorMs });
  }

  /** A `wait` looks every two seconds, and accounting may need minutes to learn of an end: it is asked no more often than the queue. */
  async #accountsOf(tasks: readonly TaskRef[]): Promise<AccountsAnswer> {
    const sinceMs = Math.min(...tasks.map(({ job }) => job.submittedMs));
    const which = selectJobs(tasks);
    const question = [sinceMs, ...which].join(' ');
    const former = this.#accounted;
    if (former?.question === question && former.atMs > Math.max(this.#changedMs, this.#afterMs)) {
      if (nowMs() - former.atMs < pauseMs(former.durationMs, pollFloorMs(this.#env))) return former.answer;
    }
    const atMs = nowMs();
    const answer = await this.#accounts(which, sinceMs);
    this.#accounted = { question, atMs, durationMs: nowMs() - atMs, answer };
    return answer;
  }

  async #accounts(which: readonly string[], sinceMs: number): Promise<AccountsAnswer> {
    // The clock of the accounting host may be behind, and an hour costs it nothing.
    const since = formatLocalTime(sinceMs - HOUR_MS);
    const form = ['-n', '-P', '-X', '-D', '--delimiter', ACCOUNT_SEPARATOR, '-o', ACCOUNT_FIELDS];
    const asked = await this.#commands.ask(['sacct', ...form, '-S', since, '-E', 'now', ...which]);
    if (asked.kind === 'answer') return { kind: 'answer', rows: parseAccounts(asked.stdout) };
    if (/accounting storage is disabled/i.test(asked.said)) return { kind: 'none' };
    return { kind: 'failed', said: asked.said };
  }

  #isMine({ job }: TaskRef): boolean {
    return job.scheduler === this.id && job.uid === userId();
  }

  async cancel(tasks: readonly TaskRef[]): Promise<void> {
    const { present, wholes } = await this.#present(tasks);
    await this.#mustAll(splitCommandLines(listTaskNames(present, wholes)).map((names) => ['scancel', ...names]));
  }

  async hold(tasks: readonly TaskRef[]): Promise<void> {
    await this.#control('hold', tasks);
  }

  async release(tasks: readonly TaskRef[]): Promise<void> {
    await this.#control('release', tasks);
  }

  async requeue(tasks: readonly TaskRef[]): Promise<void> {
    await this.#control('requeue', tasks);
  }

  async #control(verb: 'hold' | 'release' | 'requeue', tasks: readonly TaskRef[]): Promise<void> {
    const { present, wholes } = await this.#present(tasks);
    // A whole array cannot be requeued while some of it waits.
    const names = listTaskNames(present, verb === 'requeue' ? new Set() : wholes);
    await this.#mustAll(splitCommandLines(names).map((list) => ['scontrol', verb, list.join(',')]));
  }

  /**
   * Those of the tasks that are in the queue under their own token: a job id may belong to another job by now.
   * Also which arrays are meant as a whole.
   */
  async #present(tasks: readonly TaskRef[]): Promise<{ present: TaskRef[]; wholes: Set<string> }> {
    const foreign = tasks.find((task) => !this.#isMine(task));
    if (foreign !== undefined) {
      throw failure('scheduler.elsewhere', `job ${foreign.job.id} belongs to another cluster or user`, {
        why: `it belongs to ${foreign.job.scheduler}, and this is ${this.id}`,
        fix: 'run the command there, as that user',
      });
    }
    if (tasks.length === 0) return { present: [], wholes: new Set() };
    const queue = await this.#queue(nowMs());
    if (queue.kind === 'failed') throw makeUnreachableError(queue.said);
    const open = queue.rows.filter(({ state }) => interpretState(state).kind !== 'ended');
    const named = new Set(open.map(({ name, id, index }) => `${name} ${id} ${index ?? ''}`));
    const present = tasks.flatMap((task): TaskRef[] => {
      if (task.index !== undefined || named.has(`${task.token} ${task.job.id} `))
        return named.has(`${task.token} ${task.job.id} ${task.index ?? ''}`) ? [task] : [];
      return open.some(({ name, id }) => name === task.token && id === task.job.id) ? [task] : [];
    });
    const openTasks = Map.groupBy(open, ({ id }) => id);
    const chosen = Map.groupBy(present, ({ job }) => job.id);
    const wholes = [...chosen].filter(([id, members]) => members.length === openTasks.get(id)?.length);
    return { present, wholes: new Set(wholes.map(([id]) => id)) };
  }

  #mustAll(calls: readonly (readonly [string, ...string[]])[]): Promise<void> {
    return changeAll(this.#commands, calls, () => {
      this.#changedMs = nowMs();
    });
  }

  async throttle(changes: readonly ArrayThrottle[]): Promise<void> {
    // The task that names an array may have ended while others of it go on.
    const limits = new Map(
      changes.map(({ job: { job, token }, maxParallel }): [TaskRef, number] => [{ job, token }, maxParallel ?? 0]),
    );
    const { present } = await this.#present([...limits.keys()]);
    await this.#mustAll(
      present.map((array) => [
        'scontrol',
        'update',
        `JobId=${array.job.id}`,
        `ArrayTaskThrottle=${limits.get(array) ?? 0}`,
      ]),
    );
  }

  async place(task: TaskRef): Promise<QueuePosition | undefined> {
    const queue = await this.#queue(0);
    if (queue.kind === 'failed') return undefined;
    const own = queue.rows.find((row) => isRowOf(row, task));
    if (own === undefined || interpretState(own.state).kind !== 'pending') return undefined;
    const start = own.startMs === undefined || own.startMs < nowMs() ? {} : { startMs: own.startMs };
    if (isOwnLimit(own.reason)) return start;
    const others = await this.#commands.ask([
      'squeue',
      '-h',
      '-a',
      '-t',
      'PD',
      '-p',
      own.partition,
      '-o',
      PLACE_FORMAT,
    ]);
    if (others.kind === 'failed') return start;
    return { before: countBefore(others.stdout, own), ...start };
  }

  async shell(task: TaskRef): Promise<readonly [string, ...string[]]> {
    const queue = await this.#queue(nowMs());
    if (queue.kind === 'failed') throw makeUnreachableError(queue.said);
    const row = queue.rows.find((each) => isRowOf(each, task));
    if (row === undefined || interpretState(row.state).kind !== 'running') {
      throw failure('shell.not_running', `job ${task.job.id} does not run now`, { fix: 'sheaf status' });
    }
    return ['srun', `--jobid=${row.rawId}`, '--overlap', '--pty', 'bash', '-i'];
  }

  waits(): Promise<PastWaits> {
    return askRecentWaits(this.#commands, this.#cache);
  }

  async predictStart(request: TrialRequest): Promise<Trial> {
    const gpusPerNode = (await this.#listsGpus(request.partition)) ? request.gpusPerNode : 0;
    return predictStart(this.#commands, this.#cache, { ...request, gpusPerNode });
  }

  /** Whether Slurm has GPUs of a partition in its lists; where the project says nothing of them, nobody is asked. */
  async #listsGpus(partition: string): Promise<boolean> {
    if (!this.#gpus.has(partition)) return true;
    const facts = await askInventory(this.#commands, this.#cache);
    return facts === undefined || !cannotAskForGpus({ partition }, facts, this.#gpus);
  }

  async describe(): Promise<SchedulerDescription> {
    return describeCluster(this.#commands, this.#cache, await this.#config(), this.#gpus);
  }

  async facts({ fresh = false }: { readonly fresh?: boolean } = {}): Promise<ClusterFacts> {
    const isFresh = fresh || pollFloorMs(this.#env) === 0;
    const facts = withUnlistedLive(await askLiveFacts(this.#commands, this.#cache, this.#name, isFresh), this.#gpus);
    const probes = getRecentProbes(this.#cache);
    return probes.length === 0 ? facts : { ...facts, probes };
  }

  async probe(questions: readonly AccessQuestion[]): Promise<void> {
    const asked = questions.map(async (question) => {
      if (await this.#listsGpus(question.partition)) return question;
      const { gpuType: _unlisted, ...rest } = question;
      return rest;
    });
    await probeAccess(this.#commands, this.#cache, await Promise.all(asked));
  }
}

type AccountsAnswer =
  | { readonly kind: 'answer'; readonly rows: AccountRow[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly said: string };

interface Accounted {
  /** Which jobs, and since when. */
  readonly question: string;
  /** Before it was asked, milliseconds since 1970. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly answer: AccountsAnswer;
}

interface Begun {
  readonly atMs: number;
  readonly afterMs: number;
  readonly answer: Promise<QueueAnswer>;
}

type Queue =
  | { readonly kind: 'answer'; readonly atMs: number; readonly rows: readonly QueueRow[] }
  | { readonly kind: 'failed'; readonly said: string };

function queueOf(answer: QueueAnswer): Queue {
  if (answer.kind === 'failed') return answer;
  return { kind: 'answer', atMs: answer.atMs, rows: parseQueue(answer.text) };
}
