import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountedFact, QueuedFact } from '../../src/core/experiment/facts.ts';
import type { JobRef } from '../../src/core/experiment/event.ts';
import { asToken, type Token } from '../../src/core/ids.ts';
import { openLocalScheduler, type Scheduler, type SubmitRequest, type TaskRef } from '../../src/scheduler/index.ts';
import { ownProcesses } from '../../src/system/index.ts';
import { endSpool, supervisorsOf } from './end-spool.ts';
import { HOSTILE_NAME } from './hostile-name.ts';
import { until } from './until.ts';

/** Times of a supervisor that make tests short. */
export const QUICK = { idleMs: 1_000, pollMs: 100, retryMs: 200, graceMs: 600 };

/** A job that was accepted. */
export interface Submitted {
  readonly job: JobRef;
  readonly token: Token;
  readonly notes: readonly string[];
  /** The task of an index, or the whole job. */
  readonly task: (index?: number) => TaskRef;
}

/** A scheduler with a project of its own, and words for what tests do with it. */
export interface SchedulerBench {
  readonly root: string;
  readonly outputs: string;
  /** bash functions of the scheduler for scripts of jobs; undefined: it needs none. */
  readonly jobShell: string | undefined;
  /** Opens it as another command would. */
  readonly open: () => Scheduler;
  readonly request: (script: string, rest?: Partial<SubmitRequest>) => SubmitRequest;
  /** @throws when it is not accepted */
  readonly submit: (script: string, rest?: Partial<SubmitRequest>) => Promise<Submitted>;
  /** What is known of a task now; undefined when nothing is. */
  readonly look: (task: TaskRef) => Promise<QueuedFact | AccountedFact | undefined>;
  readonly untilEnded: (task: TaskRef) => Promise<AccountedFact>;
  readonly untilState: (task: TaskRef, state: (QueuedFact | AccountedFact)['state']) => Promise<void>;
}

export interface LocalBench extends SchedulerBench {
  readonly spool: string;
  readonly localDir: string;
  readonly supervisorPid: () => number | undefined;
  /** Whether there is a supervisor, one that was just started and has claimed nothing yet included. */
  readonly isSupervised: () => boolean;
  /** Kills the supervisor of the moment, and waits for its end. */
  readonly killSupervisor: () => Promise<void>;
  readonly log: (id: string) => string;
  /** Lines that tasks appended to a file of the project. */
  readonly lines: (file: string) => string[];
  /** Ends all that it started, and removes its folders. */
  readonly end: () => void;
}

export interface LocalBenchOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly times?: Partial<typeof QUICK>;
  /** Another program in place of the supervisor. */
  readonly supervisor?: readonly string[];
}

let tokens = 0;

export function newToken(): Token {
  tokens += 1;
  return asToken(`test-train-${process.pid}x${tokens}`);
}

export function supervisorArgv(times: Partial<typeof QUICK> = {}): string[] {
  return [process.execPath, join(import.meta.dirname, 'supervise.ts'), JSON.stringify({ ...QUICK, ...times })];
}

/** The local scheduler in a new project with a hostile name. */
export function makeLocalBench({ env = {}, times = {}, supervisor }: LocalBenchOptions = {}): LocalBench {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-local-'));
  const [root, localDir] = [join(outer, HOSTILE_NAME), join(outer, 'local')];
  const outputs = join(root, 'outputs');
  mkdirSync(outputs, { recursive: true });
  mkdirSync(localDir, { mode: 0o700 });
  const open = (): Scheduler =>
    openLocalScheduler({
      root,
      localDir,
      slots: {},
      supervisorArgv: supervisor ?? supervisorArgv(times),
      env: { ...process.env, SHEAF_LOCAL_CPUS: '2', SHEAF_LOCAL_GPUS: '', ...env },
    });
  const spool = join(root, '.sheaf/local', open().id.slice('local:'.length));

  const request = (script: string, rest: Partial<SubmitRequest> = {}): SubmitRequest => ({
    token: newToken(),
    script: `#!/bin/bash\n${script}\n`,
    cwd: root,
    outputFolder: outputs,
    resources: {},
    held: false,
    after: [],
    env: { PATH: process.env['PATH'] ?? '' },
    ...rest,
  });
  const look: SchedulerBench['look'] = async (task) => {
    const poll = await open().poll([task]);
    if (poll.kind === 'failed') throw new Error(poll.said);
    return poll.results[0]?.fact;
  };
  const supervisorPid = (): number | undefined => supervisorPids(spool).at(-1);
  return {
    root,
    outputs,
    jobShell: undefined,
    open,
    request,
    submit: async (script, rest) => {
      const asked = request(script, rest);
      const outcome = await open().submit(asked);
      if (outcome.kind !== 'accepted') throw new Error(outcome.said);
      const { job, notes } = outcome;
      const task = (index?: number): TaskRef => ({
        job,
        token: asked.token,
        ...(index === undefined ? {} : { index }),
      });
      return { job, notes, token: asked.token, task };
    },
    look,
    untilEnded: (task) => factOf(look, task, (fact) => fact.kind === 'accounted' && fact, 'to have ended'),
    untilState: async (task, state) =>
      void (await factOf(look, task, (fact) => fact.state === state, `to be ${state}`)),
    spool,
    localDir,
    supervisorPid,
    isSupervised: () => supervisorsOf(spool).length > 0,
    killSupervisor: async () => {
      const pid = await until(supervisorPid);
      process.kill(pid, 'SIGKILL');
      // A command may have started another one since.
      await until(() => supervisorPid() !== pid);
    },
    log: (id) => readFileSync(join(spool, 'jobs', id, 'log.jsonl'), 'utf8'),
    lines: (file) =>
      existsSync(join(root, file))
        ? readFileSync(join(root, file), 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : [],
    end: () => {
      endSpool(spool);
      rmSync(outer, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

/** Looks at a task until what is known of it is accepted. @param what for the error */
export async function factOf<T>(
  look: SchedulerBench['look'],
  task: TaskRef,
  accept: (fact: QueuedFact | AccountedFact) => T | false | undefined,
  what: string,
): Promise<T> {
  let last: QueuedFact | AccountedFact | undefined;
  const condition = async (): Promise<{ readonly accepted: T } | undefined> => {
    last = await look(task);
    const accepted = last && accept(last);
    return accepted ? { accepted } : undefined;
  };
  const { accepted } = await until(condition, () => `job ${task.job.id} ${what}; last seen: ${JSON.stringify(last)}`);
  return accepted;
}

/** Pids of the supervisors of a spool that live, oldest first. */
function supervisorPids(spool: string): number[] {
  const own = new Map(ownProcesses().map(({ pid, start }) => [`${pid}:${start}`, pid]));
  if (!existsSync(spool)) return [];
  return readdirSync(spool)
    .filter((name) => /^supervisor\.\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(11)) - Number(b.slice(11)))
    .flatMap((name) => own.get(readlinkSync(join(spool, name)).split(':', 2).join(':')) ?? []);
}
