import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../scripts/slurm/index.ts';
import { parseEnded } from '../../src/core/experiment/job-record.ts';
import { traces, type Site, type Trace } from './campaign.ts';

/** Jobs of a campaign are short: one that is in the queue for longer will never end. */
const QUEUE_LIMIT_MS = 120_000;
/** Accounting may be behind the queue by so much. */
const ACCOUNTS_LIMIT_MS = 20_000;
const ANY_STATE = 'PD,R,S,CD,CA,F,TO,NF,PR,BF,DL,OOM,RQ,RV';
/** What a job ends with that finds its attempt taken, or given up. */
const NOTHING_RUN: readonly string[] = ['74:0', '75:0'];

/** A real cluster. It checks each job whose name is a token of the project, regardless of what sheaf knows about it. */
export function slurmSite(cluster: Cluster, options: Partial<Pick<Site, 'atOnce' | 'pauseMs'>> = {}): Site {
  const env = { ...cluster.env, SHEAF_POLL_SECONDS: '0' };
  return {
    scheduler: 'slurm',
    env,
    atOnce: 4,
    ...options,
    examine: (root) => jobsWrong(root, env, cluster.accounting),
  };
}

/** A job as accounting has it. */
interface Row {
  readonly job: string;
  readonly state: string;
  readonly exit: string;
}

/**
 * Those of the project's jobs that got past their claim must be those that wrote a line, one for each attempt; all
 * others ended there, or were cancelled before they ran anything.
 */
export async function jobsWrong(
  root: string,
  env: NodeJS.ProcessEnv,
  accounting: boolean,
): Promise<string | undefined> {
  const tokens = tokensOf(root);
  if (tokens.length === 0) return undefined;
  if (!(await leftQueue(tokens, env))) return `jobs are still in the queue: ${queued(tokens, env).join(', ')}`;
  const ran = traces(root);
  const names = new Set(ran.map(({ job }) => job));
  const holders = claimHolders(root);
  if (new Set(holders).size !== holders.length) return `a job holds two claims: ${holders.join(', ')}`;
  const free = [...names].filter((job) => !holders.includes(job));
  if (free.length > 0) return `jobs ran without a claim: ${free.join(', ')}`;
  const silent = new Set(holders.filter((job) => !names.has(job)));
  if (!accounting)
    return silent.size === 0 ? undefined : `jobs have claims and wrote nothing: ${[...silent].join(', ')}`;
  for (const until = performance.now() + ACCOUNTS_LIMIT_MS; ;) {
    const rows = accounts(tokens, env);
    const missing = [...names].filter((job) => !rows.some((row) => row.job === job));
    const open = rows.filter(({ state }) => /^(?:PENDING|RUNNING|COMPLETING|REQUEUED)/.test(state));
    if (missing.length === 0 && open.length === 0) return rowsWrong(root, rows, ran, silent);
    if (performance.now() > until)
      return `accounting does not know the end of ${[...missing, ...open.map(({ job }) => job)].join(', ')}`;
    await delay(100);
  }
}

/** @param silent jobs that have a claim and wrote nothing: only a cancel comes in between */
function rowsWrong(
  root: string,
  rows: readonly Row[],
  ran: readonly Trace[],
  silent: ReadonlySet<string>,
): string | undefined {
  const names = new Set(ran.map(({ job }) => job));
  for (const { job, state, exit } of rows) {
    const isCancelled = state.startsWith('CANCELLED');
    const isHeldOff = isCancelled || (NOTHING_RUN.includes(exit) && !silent.has(job));
    if (names.has(job) ? NOTHING_RUN.includes(exit) : !isHeldOff) return `job ${job} is ${state} ${exit} in accounting`;
  }
  const completed = new Set(rows.filter(({ state }) => state === 'COMPLETED').map(({ job }) => job));
  const nameOf = ({ expId, stage }: Trace): string => `${expId} ${stage}`;
  const sure = ran.filter((run) => completed.has(run.job) || findEnd(root, run) === 'well').map(nameOf);
  // What a cancel met in its last moment may be retried, though its program ended with 0.
  const cut = new Set(ran.filter((run) => findEnd(root, run) === 'well, asked to').map(nameOf));
  const done = [...sure, ...[...cut].filter((name) => !sure.includes(name))];
  const all = new Set(ran.map(nameOf));
  return done.length === all.size && new Set(done).size === all.size
    ? undefined
    : `what completed is ${done.join('; ')}`;
}

/**
 * How the program ended, by the job's own record: a cancel may come between that and the end of the job. Asked to: a signal
 * reached it before.
 */
function findEnd(root: string, { expId, attempt }: Trace): 'well' | 'well, asked to' | 'otherwise' {
  const file = join(root, 'experiments', expId, 'attempts', attempt, 'ended.json');
  const ended = parseEnded(existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  if (ended.kind !== 'record' || ended.record.exitCode !== 0) return 'otherwise';
  return ended.record.signal === undefined ? 'well' : 'well, asked to';
}

/** The jobs that hold the claims of runs; those that were given up are left out. */
function claimHolders(root: string): string[] {
  const folder = join(root, '.sheaf', 'claims', 'runs');
  const holders = existsSync(folder) ? readdirSync(folder).map((name) => readlinkSync(join(folder, name))) : [];
  return holders.filter((holder) => !holder.startsWith('given-up')).map((holder) => holder.split('.')[0] ?? '');
}

/** Every token of the project: a folder is created before anything is submitted. */
function tokensOf(root: string): string[] {
  const folder = join(root, '.sheaf', 'submissions');
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function leftQueue(tokens: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const until = performance.now() + QUEUE_LIMIT_MS; performance.now() < until;) {
    if (queued(tokens, env).length === 0) return true;
    await delay(200);
  }
  return false;
}

function queued(tokens: readonly string[], env: NodeJS.ProcessEnv): string[] {
  const wanted = new Set(tokens);
  return asked(['squeue', '-h', '-a', '-r', '-o', '%j %i %T'], env).filter((line) =>
    wanted.has(line.split(' ')[0] ?? ''),
  );
}

function accounts(tokens: readonly string[], env: NodeJS.ProcessEnv): Row[] {
  const since = ['-S', 'now-2hours', '-E', 'now', '-s', ANY_STATE];
  const lines = asked(
    ['sacct', '-n', '-P', '-X', '-D', '--name', tokens.join(','), ...since, '-o', 'JobID,State,ExitCode'],
    env,
  );
  return lines.map((line) => {
    const [job = '', state = '', exit = ''] = line.split('|');
    return { job, state, exit };
  });
}

function asked([program, ...words]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): string[] {
  const { status, stdout, stderr } = spawnSync(program, words, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}
