import type { Environment } from '../../../core/value.ts';
import { SheafError } from '../../../core/errors.ts';
import { asToken } from '../../../core/ids.ts';
import type { ClusterFacts } from '../../../core/cluster/cluster-facts.ts';
import { nowMs, runCommand, userId, userName, type CommandResult, type RunCommand } from '../../../system/index.ts';
import type { Scheduler, TaskRef, TrialRequest } from '../../scheduler.ts';
import { detectSlurm } from '../ask/presence.ts';
import type { RecordedQuestion } from './recording.ts';
import { openSlurmScheduler } from '../slurm-scheduler.ts';
import { parseQueue } from '../parse/squeue.ts';

/** A person waits for it, and some programs may hang. */
const LIMITS_MS = { first: 20_000, hung: 3_000 };
/** Maximum time and number of job tests; each one costs the controller a plan. */
const TRIALS_LIMIT_MS = 120_000;
const MOST_TRIALS = 16;
const MOST_JOBS = 20;

/**
 * Asks Slurm everything that `init`, `info`, `partitions`, `advise` and `status` ask, once, and listens. It submits,
 * cancels and changes nothing: jobs are only tried (`sbatch --test-only`). Goes on when programs fail or hang.
 *
 * @param told after each answer: how many there are
 * @param limitsMs how long a program may take, and how long one that did not answer once already
 */
export async function askEverything(
  env: Environment,
  told: (answers: number) => void = () => undefined,
  limitsMs: typeof LIMITS_MS = LIMITS_MS,
): Promise<RecordedQuestion[]> {
  const { run, heard } = listener(told, limitsMs);
  await detectSlurm(env, run);
  const scheduler = await unlessSilent(() => openSlurmScheduler({ env, folder: () => undefined, run }));
  if (scheduler === undefined) return heard;
  await unlessSilent(() => scheduler.describe());
  const facts = await unlessSilent(() => scheduler.facts({ fresh: true }));
  await unlessSilent(() => scheduler.room({}));
  await unlessSilent(() => scheduler.poll([]));
  await unlessSilent(async () => scheduler.waits?.());
  await askAboutJobs(scheduler, heard);
  if (facts !== undefined) await tryJobs(scheduler, facts);
  return heard;
}

/** Runs programs, each question once, and keeps what they answered. */
function listener(
  told: (answers: number) => void,
  limitsMs: typeof LIMITS_MS,
): { readonly run: RunCommand; readonly heard: RecordedQuestion[] } {
  const heard: RecordedQuestion[] = [];
  const known = new Map<string, Promise<CommandResult>>();
  const hung = new Set<string>();
  const ask: RunCommand = async (argv, options) => {
    const limitMs = hung.has(argv[0]) ? limitsMs.hung : limitsMs.first;
    const result = await runCommand(argv, { ...options, timeoutMs: Math.min(options.timeoutMs, limitMs) });
    if (result.timedOut) hung.add(argv[0]);
    heard.push(options.input === undefined ? result : { ...result, input: options.input });
    told(heard.length);
    return result;
  };
  const run: RunCommand = (argv, options) => {
    const key = JSON.stringify([argv, options.input]);
    const asked = known.get(key) ?? ask(argv, options);
    known.set(key, asked);
    return asked;
  };
  return { run, heard };
}

/** What is wrong with the cluster is in what was heard. */
async function unlessSilent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

/** What `status`, `show` and `efficiency` ask of jobs that wait, run and have ended. */
async function askAboutJobs(scheduler: Scheduler, heard: readonly RecordedQuestion[]): Promise<void> {
  const queue = heard.find(({ argv }) => argv[0] === 'squeue' && argv.includes('--me'));
  const tasks = [
    ...parseQueue(queue?.stdout ?? '').map(({ id, index, name, submittedMs = nowMs() }): TaskRef => {
      const job = { scheduler: scheduler.id, id, uid: userId(), submittedMs };
      return { job, token: asToken(name), ...(index === undefined ? {} : { index }) };
    }),
    ...ownEnded(scheduler.id, heard),
  ].slice(0, MOST_JOBS);
  if (tasks.length === 0) return;
  await unlessSilent(() => scheduler.account(tasks));
  await unlessSilent(async () => scheduler.usage?.(tasks));
  const [first] = tasks;
  if (first !== undefined) await unlessSilent(() => scheduler.place(first));
}

/** Jobs of this user among those of everybody that accounting told of. */
function ownEnded(scheduler: string, heard: readonly RecordedQuestion[]): TaskRef[] {
  const accounts = heard.find(({ argv }) => argv[0] === 'sacct' && argv.includes('-a'));
  return (accounts?.stdout ?? '').split('\n').flatMap((line): TaskRef[] => {
    const fields = line.split('\u001f');
    const [, id] = /^(\d+)/.exec(fields[0] ?? '') ?? [];
    if (id === undefined || !fields.includes(userName())) return [];
    return [{ job: { scheduler, id, uid: userId(), submittedMs: nowMs() }, token: asToken('') }];
  });
}

/** Tests one small job in each partition, with a GPU if there are any. */
async function tryJobs(scheduler: Scheduler, facts: ClusterFacts): Promise<void> {
  const untilMs = nowMs() + TRIALS_LIMIT_MS;
  const account = facts.accounts?.find((each) => each.default)?.name;
  for (const { name } of facts.partitions.slice(0, MOST_TRIALS)) {
    if (nowMs() > untilMs) return;
    const gpus = facts.nodes.find((node) => node.partitions.includes(name) && node.gpus.length > 0)?.gpus[0];
    const request: TrialRequest = {
      partition: name,
      nodes: 1,
      gpusPerNode: gpus === undefined ? 0 : 1,
      ...(gpus === undefined ? {} : { gpuType: gpus.type }),
      cpusPerNode: 1,
      timeLimitS: 3_600,
      features: [],
    };
    await unlessSilent(async () => scheduler.predictStart?.(request));
    const question = { partition: name, ...(account === undefined ? {} : { account }) };
    await unlessSilent(async () => scheduler.probe?.([question]));
  }
}
