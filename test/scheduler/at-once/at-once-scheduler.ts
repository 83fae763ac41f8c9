/**
 * The smallest scheduler there can be, for docs/schedulers.md: every job starts at once, on this machine. As a real
 * one it would be `src/scheduler/at-once/at-once-scheduler.ts`.
 */
import { join } from 'node:path';
import type { AccountedFact, QueuedFact } from '../../../src/core/experiment/attempt.ts';
import { failure } from '../../../src/core/errors.ts';
import type { JobRef } from '../../../src/core/experiment/event.ts';
import type { Token } from '../../../src/core/ids.ts';
import type { Scheduler, SubmitRequest, TaskRef } from '../../../src/scheduler/index.ts';
import {
  cpuCount,
  makeFolder,
  nowMs,
  ownProcesses,
  processStart,
  readTextIfThere,
  sendSignal,
  startDetached,
  userId,
  writeAtomic,
} from '../../../src/system/index.ts';

/** Runs a script, and leaves its status in a file that is whole or not there. */
const RUN = 'bash "$0"; printf "%s %s\\n" "$?" "$(date +%s%3N)" >"$1.tmp"; mv -fT "$1.tmp" "$1"';

export function openAtOnceScheduler({ root }: { readonly root: string }): Scheduler {
  const id = 'at_once:this_machine';
  const folderOf = (token: Token): string => join(root, '.sheaf/at-once', token);
  const isMine = ({ job }: TaskRef): boolean => job.scheduler === id && job.uid === userId();

  /** A token names a job permanently; ids may be reused. */
  const jobOf = (token: Token): JobRef | undefined => {
    const text = token.includes('/') ? undefined : readTextIfThere(join(folderOf(token), 'job.json'));
    return text === undefined ? undefined : (JSON.parse(text) as JobRef);
  };

  const start = (request: SubmitRequest, job: JobRef, index?: number): void => {
    const folder = folderOf(request.token);
    const task = taskName(index);
    const jobId = index === undefined ? job.id : `${job.id}_${index}`;
    const array = index === undefined ? {} : { SHEAF_ARRAY_INDEX: String(index) };
    const env = { ...request.env, SHEAF_JOB_ID: jobId, ...array };
    const argv = ['bash', '-c', RUN, join(folder, 'script'), join(folder, `${task}.ended`)] as const;
    // So that sheaf logs finds it.
    const stdout = join(request.outputFolder, `slurm-${jobId}.out`);
    const pid = startDetached(argv, { cwd: request.cwd, env, stdout });
    if (pid !== undefined) writeAtomic(join(folder, `${task}.pid`), `${pid} ${processStart(pid) ?? ''}`);
  };

  /** A session for each task: it can be found, and ended, as a whole. */
  const processesOf = ({ token, index }: TaskRef): { pid: number; start: string }[] => {
    const [pid, began] = (readTextIfThere(join(folderOf(token), `${taskName(index)}.pid`)) ?? '').split(' ');
    if (pid === undefined || processStart(Number(pid)) !== began) return [];
    return ownProcesses().filter(({ session }) => session === Number(pid));
  };

  const look = (task: TaskRef): QueuedFact | AccountedFact | undefined => {
    if (!isMine(task) || jobOf(task.token)?.id !== task.job.id) return undefined;
    const ended = readTextIfThere(join(folderOf(task.token), `${taskName(task.index)}.ended`));
    if (ended === undefined)
      return processesOf(task).length > 0 ? { kind: 'queue', state: 'running', atMs: nowMs() } : undefined;
    const [exitCode = 0, atMs = 0] = ended.split(' ').map(Number);
    return { kind: 'accounted', state: exitCode === 0 ? 'completed' : 'failed', atMs, exitCode };
  };

  return {
    id,
    can: { settleMs: 0, partitions: false },
    maxArraySize: async () => 1_000,
    room: async () => Infinity,
    complete: async (resources) => ({ resources, notes: [] }),
    command,
    submit: async (request) => {
      const ran = command(request);
      if (request.held || request.after.length > 0 || request.maxParallel !== undefined)
        return { kind: 'refused', said: 'all starts at once here: nothing can be held back', ran };
      const now = nowMs();
      const job: JobRef = { scheduler: id, id: String(now), uid: userId(), submittedMs: now };
      const folder = folderOf(request.token);
      makeFolder(folder);
      writeAtomic(join(folder, 'script'), request.script);
      // From here on the token is found.
      writeAtomic(join(folder, 'job.json'), JSON.stringify(job), { durable: true });
      for (const index of request.indices ?? [undefined]) start(request, job, index);
      return { kind: 'accepted', job, notes: [] };
    },
    find: async (tokens) => ({
      kind: 'answer',
      jobs: new Map(tokens.flatMap((token) => [jobOf(token)].flatMap((job) => (job ? [[token, job] as const] : [])))),
    }),
    poll: async (tasks) => ({
      kind: 'answer',
      atMs: nowMs(),
      results: tasks.flatMap((task) => [look(task)].flatMap((fact) => (fact ? [{ ...task, fact }] : []))),
    }),
    // A poll tells as much as there is.
    account: async () => ({ kind: 'none' }),
    cancel: async (tasks) => {
      for (const each of tasks.filter(isMine).flatMap(processesOf)) sendSignal(each, 'SIGTERM');
    },
    hold: async () => cannot('hold a job back'),
    release: async () => undefined,
    requeue: async () => cannot('put a job back into a queue'),
    throttle: async () => cannot('throttle an array'),
    place: async () => undefined,
    shell: async () => ['bash', '-i'],
    facts: async () => ({ id, atMs: nowMs(), partitions: [], nodes: [], unknown: ['this machine is not described'] }),
    describe: async () => ({ id, name: 'at once', version: '1', cpus: cpuCount(), gpus: 0, notes: [] }),
  };
}

function command({ token }: Pick<SubmitRequest, 'token'>): string {
  return `at once: .sheaf/submissions/${token}/job.sbatch`;
}

function taskName(index: number | undefined): string {
  return index === undefined ? 'job' : String(index);
}

function cannot(what: string): never {
  throw failure('at_once.cannot', `this scheduler cannot ${what}`, {
    fix: 'sheaf cancel ID',
    now: 'nothing was changed',
  });
}
