/**
 * A third scheduler, for docs/how-to/extend/schedulers.md: it speaks with the programs of a batch system in the manner of PBS. All that
 * sheaf needs to know of it is in this folder.
 */
import { getRequestedMemory } from '../../../src/core/experiment/auto.ts';
import type { AccountedFact, AccountedState } from '../../../src/core/experiment/facts.ts';
import { failure, inputError, Unreachable } from '../../../src/core/errors.ts';
import type { JobRef } from '../../../src/core/experiment/event.ts';
import type { Token } from '../../../src/core/ids.ts';
import type { Resources } from '../../../src/core/settings/settings.ts';
import { bash } from '../../../src/core/text/bash.ts';
import { formatRanges } from '../../../src/core/text/index-ranges.ts';
import { parseMemory, parseTimeLimit } from '../../../src/core/units.ts';
import type {
  AccountedRun,
  Dependency,
  PollResult,
  Scheduler,
  SchedulerKind,
  SubmitOutcome,
  SubmitRequest,
  TaskRef,
} from '../../../src/scheduler/index.ts';
import { cpuCount, nowMs, runCommand, userId, type CommandResult } from '../../../src/system/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a project that names it gets. */
export const PBS: SchedulerKind = {
  title: 'PBS',
  summary: 'the PBS server that this host belongs to',
  open: ({ env }) => openPbsScheduler(env),
  lookFor: async ({ env }) => {
    if (!env['PBS_PLAYED']) return { kind: 'absent', why: 'PBS_PLAYED is not set' };
    const asked = await ask(env, ['qstat']);
    if (asked.kind === 'failed')
      return { kind: 'silent', why: `PBS is set up here, but does not answer: ${asked.said}` };
    return { kind: 'answers', why: 'PBS answers', description: await openPbsScheduler(env).describe() };
  },
  jobShell: bash`
sheaf_ask_scheduler() {
  [[ $\{PBS_JOBID-} =~ ^([0-9]+) ]] || return
  sheaf_job=$\{BASH_REMATCH[1]} sheaf_index=$\{PBS_ARRAY_INDEX:-0} sheaf_restart=$\{PBS_RUN_COUNT:-0}
  [[ -z $\{PBS_ARRAY_INDEX-} ]] || sheaf_job+=_$PBS_ARRAY_INDEX
  export SHEAF_PARTITION=$PBS_QUEUE
}

sheaf_hide_array() {
  unset -v PBS_ARRAY_INDEX
}

sheaf_ask_requeue() {
  qrerun "$PBS_JOBID" || return
  trap - HUP INT QUIT USR1 USR2 TERM
  sleep 60
  exit 0
}
`,
};

const LIMIT_MS = 60_000;
/** A command that was killed leaves its qsub behind, which ends within this. */
const SETTLE_MS = 5_000;
const UNREACHABLE = /cannot connect to server/;

export function openPbsScheduler(env: Environment): Scheduler {
  return new PbsScheduler(env);
}

/** One line of qstat, as the server gives it. */
interface Row {
  readonly Job_Name: string;
  readonly job_state: 'Q' | 'H' | 'R' | 'F';
  readonly array_index: number | null;
  /** It waits for other jobs. */
  readonly depends: boolean;
  /** Seconds since 1970; of one that does not run, of its last start. */
  readonly stime: number;
  readonly ctime: number;
  readonly runs: readonly Run[];
}

interface Run {
  readonly started: number;
  readonly ended: number;
  /** Above 256: the signal that ended it. */
  readonly status: number;
  readonly why: 'deleted' | 'dependency' | 'walltime' | 'requeued' | null;
}

class PbsScheduler implements Scheduler {
  readonly id = 'pbs:played';
  readonly can = { settleMs: SETTLE_MS, partitions: false, idleCpus: 1 } as const;
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  async maxArraySize(): Promise<number> {
    return 10_000;
  }

  async room(): Promise<number> {
    return Infinity;
  }

  async complete(resources: Resources): Promise<{ resources: Resources; notes: readonly string[] }> {
    if ((resources.num_nodes ?? 1) > 1 || (resources.num_gpus ?? 0) > 0) {
      throw inputError('resources.pbs', 'this server has one node, without GPUs', {
        fix: 'leave num_nodes and num_gpus out',
        now: 'nothing was submitted',
      });
    }
    return { resources, notes: [] };
  }

  command(request: Omit<SubmitRequest, 'env' | 'script'>): string {
    return [...qsubArguments(request), request.scriptFile ?? ''].join(' ').trim();
  }

  async submit(request: SubmitRequest): Promise<SubmitOutcome> {
    const ran = this.command(request);
    const submittedMs = nowMs();
    const { cwd, script } = request;
    const env = { ...request.env, PBS_PLAYED: this.#env['PBS_PLAYED'] };
    const result = await runCommand(qsubArguments(request), { cwd, env, input: script, timeoutMs: LIMIT_MS });
    const id = result.exitCode === 0 ? /^\d+/.exec(result.stdout)?.[0] : undefined;
    if (id !== undefined) return { kind: 'accepted', job: this.#jobRef(id, submittedMs), notes: [] };
    const said = wordsOf(result);
    // Only what qsub itself says is a refusal.
    if (result.exitCode !== 1) return { kind: 'doubtful', said, ran };
    return { kind: 'refused', said, ran, ...(UNREACHABLE.test(said) ? { unreachable: true } : {}) };
  }

  #jobRef(id: string, submittedMs: number): JobRef {
    return { scheduler: this.id, id, uid: userId(), submittedMs };
  }

  async find(tokens: readonly Token[]): ReturnType<Scheduler['find']> {
    const asked = await this.#rows('-x');
    if (asked.kind === 'failed') return asked;
    const wanted = new Set<string>(tokens);
    const found = asked.rows.filter(([, { Job_Name }]) => wanted.has(Job_Name));
    return {
      kind: 'answer',
      jobs: new Map(
        found.map(([name, row]) => [row.Job_Name as Token, this.#jobRef(idOf(name), Math.round(row.ctime * 1000))]),
      ),
    };
  }

  async poll(tasks: readonly TaskRef[]): ReturnType<Scheduler['poll']> {
    const asked = await this.#rows();
    if (asked.kind === 'failed') return asked;
    const atMs = nowMs();
    const results = this.#pairs(tasks, asked.rows).map(([task, row]): PollResult => ({
      ...task,
      fact:
        row.job_state === 'R'
          ? { kind: 'queue', state: 'running', atMs, startedMs: Math.round(row.stime * 1000) }
          : {
              kind: 'queue',
              state: 'pending',
              atMs,
              ...(row.job_state === 'H' ? { held: true } : {}),
              reason: reasonOf(row),
            },
    }));
    return { kind: 'answer', atMs, results };
  }

  async account(tasks: readonly TaskRef[]): ReturnType<Scheduler['account']> {
    const asked = await this.#rows('-x');
    if (asked.kind === 'failed') return asked;
    const accounted = this.#pairs(tasks, asked.rows).map(([{ token, index }, row]) => ({
      token,
      ...(index === undefined ? {} : { index }),
      runs: [...row.runs.map(accountedRun), ...openRun(row)],
    }));
    return { kind: 'answer', tasks: accounted };
  }

  /** Those of the tasks that the server has under their own token: ids get used again. */
  #pairs(tasks: readonly TaskRef[], rows: readonly (readonly [string, Row])[]): [TaskRef, Row][] {
    const byTask = new Map(rows.map(([name, row]) => [`${row.Job_Name} ${idOf(name)} ${row.array_index ?? ''}`, row]));
    return tasks.flatMap((task): [TaskRef, Row][] => {
      const { job, token, index } = task;
      const row = byTask.get(`${token} ${job.id} ${index ?? ''}`);
      return row === undefined || job.scheduler !== this.id || job.uid !== userId() ? [] : [[task, row]];
    });
  }

  async cancel(tasks: readonly TaskRef[]): Promise<void> {
    await this.#tell(['qdel'], tasks);
  }

  async hold(tasks: readonly TaskRef[]): Promise<void> {
    await this.#tell(['qhold'], tasks);
  }

  async release(tasks: readonly TaskRef[]): Promise<void> {
    await this.#tell(['qrls'], tasks);
  }

  async requeue(tasks: readonly TaskRef[]): Promise<void> {
    await this.#tell(['qrerun'], tasks);
  }

  async throttle(changes: Parameters<Scheduler['throttle']>[0]): Promise<void> {
    for (const { job, maxParallel = 0 } of changes) {
      const { job: ref, token } = job;
      await this.#tell(['qalter', '-W', `max_run_subjobs=${maxParallel}`], [{ job: ref, token }]);
    }
  }

  /** Names only tasks that the queue has under their own token; that none is left is no error. */
  async #tell(argv: readonly [string, ...string[]], tasks: readonly TaskRef[]): Promise<void> {
    const foreign = tasks.find(({ job }) => job.scheduler !== this.id || job.uid !== userId());
    if (foreign !== undefined) {
      throw failure('scheduler.elsewhere', `job ${foreign.job.id} belongs to another server or user`, {
        fix: 'run the command there, as that user',
      });
    }
    const asked = await this.#rows();
    if (asked.kind === 'failed') throw new Unreachable({ said: asked.said });
    const names = tasks.flatMap(({ job, token, index }) =>
      asked.rows.flatMap(([name, row]) =>
        row.Job_Name === token && idOf(name) === job.id && (index === undefined || index === row.array_index)
          ? [name]
          : [],
      ),
    );
    if (names.length === 0) return;
    const told = await ask(this.#env, [...argv, ...names]);
    if (told.kind === 'failed' && UNREACHABLE.test(told.said)) throw new Unreachable({ said: told.said });
    if (told.kind === 'failed') {
      throw failure('pbs.refused', 'PBS did not do it', { said: told.said, fix: 'sheaf status shows the state now' });
    }
  }

  async place(task: TaskRef): Promise<{ before: number } | undefined> {
    const asked = await this.#rows();
    if (asked.kind === 'failed') return undefined;
    const own = this.#pairs([task], asked.rows)[0]?.[1];
    if (own === undefined || own.job_state === 'R') return undefined;
    return { before: asked.rows.filter(([, { job_state, ctime }]) => job_state === 'Q' && ctime < own.ctime).length };
  }

  async shell(task: TaskRef): Promise<readonly [string, ...string[]]> {
    const asked = await this.#rows();
    const row = asked.kind === 'failed' ? undefined : this.#pairs([task], asked.rows)[0]?.[1];
    if (row?.job_state === 'R') return ['bash', '-i'];
    throw failure('shell.not_running', `job ${task.job.id} does not run now`, { fix: 'sheaf status' });
  }

  async facts(): ReturnType<Scheduler['facts']> {
    return { id: this.id, atMs: nowMs(), partitions: [], nodes: [], unknown: ['PBS shows nothing of its nodes.'] };
  }

  async describe(): ReturnType<Scheduler['describe']> {
    const asked = await ask(this.#env, ['qstat']);
    if (asked.kind === 'failed') throw new Unreachable({ said: asked.said });
    return { id: this.id, name: 'PBS server played', version: '1.0', cpus: cpuCount(), gpus: 0, notes: [] };
  }

  /** All jobs, by their names: those in the queue, with `-x` those that ended, too. */
  async #rows(
    ...options: readonly string[]
  ): Promise<{ kind: 'answer'; rows: [string, Row][] } | { kind: 'failed'; said: string }> {
    const asked = await ask(this.#env, ['qstat', ...options]);
    if (asked.kind === 'failed') return asked;
    const { Jobs } = JSON.parse(asked.out) as { Jobs: { readonly [name: string]: Row } };
    return { kind: 'answer', rows: Object.entries(Jobs) };
  }
}

async function ask(
  env: Environment,
  argv: readonly [string, ...string[]],
): Promise<{ kind: 'answer'; out: string } | { kind: 'failed'; said: string }> {
  const result = await runCommand(argv, { timeoutMs: LIMIT_MS, env });
  return result.exitCode === 0 ? { kind: 'answer', out: result.stdout } : { kind: 'failed', said: wordsOf(result) };
}

function wordsOf({ argv, stdout, stderr, timedOut, notStarted }: CommandResult): string {
  if (timedOut) return `${argv[0]} did not end within ${LIMIT_MS / 1000} s`;
  return notStarted === undefined ? (stderr || stdout).trim() : `${argv[0]}: ${notStarted}`;
}

function qsubArguments(request: Omit<SubmitRequest, 'env' | 'script'>): readonly [string, ...string[]] {
  const { token, cwd, outputFolder, resources, indices, maxParallel, held, after } = request;
  const { time_limit: time, cpus_per_task: cpus = 1, ntasks_per_node: tasks = 1 } = resources;
  const mem = getRequestedMemory(resources);
  const throttle = maxParallel === undefined ? '' : `%${maxParallel}`;
  const seconds = time === undefined ? Infinity : parseTimeLimit(time);
  return [
    'qsub',
    '-N',
    token,
    '-V',
    '-d',
    cwd,
    '-j',
    'oe',
    // As sheaf logs looks for it.
    '-o',
    `${outputFolder}/pbs-^id^${indices === undefined ? '' : '_^index^'}.out`,
    '-l',
    `select=1:ncpus=${cpus * tasks}${mem === undefined ? '' : `:mem=${parseMemory(mem)}mb`}`,
    ...(seconds === Infinity ? [] : ['-l', `walltime=${seconds}`]),
    ...(indices === undefined ? [] : ['-J', `${formatRanges(indices)}${throttle}`]),
    ...(held ? ['-h'] : []),
    ...(after.length === 0 ? [] : ['-W', `depend=${after.map(dependency).join(',')}`]),
  ];
}

function dependency({ job, tasks, until }: Dependency): string {
  const name = typeof tasks === 'number' ? `${job.id}[${tasks}]` : job.id;
  if (until === 'ended') return `afterany:${name}`;
  return `${tasks === 'each' ? 'aftereach' : 'afterok'}:${name}`;
}

/** `12` of `12[3].played`. */
function idOf(name: string): string {
  return /^\d*/.exec(name)?.[0] ?? '';
}

function reasonOf({ job_state: state, depends }: Row): string {
  if (state === 'H') return 'it is held';
  return depends ? 'it waits for other jobs' : 'it waits for its turn';
}

const STATES: { readonly [why in NonNullable<Run['why']>]: AccountedState } = {
  deleted: 'cancelled',
  dependency: 'dependency',
  walltime: 'timeout',
  requeued: 'preempted',
};

function accountedRun({ started, ended, status, why }: Run): AccountedFact {
  const state = why === null ? (status === 0 ? 'completed' : 'failed') : STATES[why];
  return {
    kind: 'accounted',
    state,
    atMs: Math.round(ended * 1000),
    ...(started === 0 ? {} : { startedMs: Math.round(started * 1000) }),
    ...(why !== null ? {} : status > 256 ? { signal: status - 256 } : { exitCode: status }),
  };
}

/** The run that has not ended. */
function openRun({ job_state: state }: Row): AccountedRun[] {
  if (state === 'F') return [];
  return [state === 'R' ? 'running' : 'pending'];
}
