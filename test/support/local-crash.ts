import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubmitOutcome } from '../../src/scheduler/index.ts';
import { makeLocalBench, QUICK, supervisorArgv, type LocalBench, type Submitted } from './local-scheduler.ts';
import { until } from './until.ts';

/** See `SHEAF_TEST_FAULT`. */
export type Fault = 'kill' | 'kill-after' | 'torn' | 'enospc' | 'eio';

/** What a campaign found. */
export interface Verdict {
  /** How many of its runs met the fault. */
  readonly struck: number;
  /** What was not well, with fault and n. */
  readonly failures: readonly string[];
}

interface Ran {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

function run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.on('error', reject).on('close', (_code, signal) => resolve({ signal, stdout }));
  });
}

/** @returns undefined if the fault came too late to strike; otherwise what went wrong, if anything */
type Trial = (fault: string) => Promise<{ readonly wrong?: string } | undefined>;

/**
 * Tries a fault at the n-th effect, for the n given, until it comes too late, several at a time.
 *
 * @param ns ascending
 */
async function campaign(kind: Fault, ns: Iterable<number>, atOnce: number, trial: Trial): Promise<Verdict> {
  const failures: string[] = [];
  let struck = 0;
  let isOver = false;
  const numbers = ns[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    while (!isOver) {
      const { value: n, done } = numbers.next();
      if (done === true) return;
      const verdict = await trial(`${kind}@${n}`).catch((error: unknown) => ({ wrong: String(error) }));
      if (verdict === undefined) isOver = true;
      else struck += 1;
      if (verdict?.wrong !== undefined) failures.push(`${kind}@${n}: ${verdict.wrong}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { struck, failures };
}

/** All numbers from `first` on in steps. */
export function* every(step: number, first = 1): Generator<number> {
  for (let n = first; ; n += step) yield n;
}

/** A command that submits meets a fault: its job is in the queue as a whole or not at all, and runs once. */
export function submitterCampaign(kind: Fault, ns: Iterable<number>, atOnce = 2): Promise<Verdict> {
  return campaign(kind, ns, atOnce, async (fault) => {
    const bench = makeLocalBench({ times: { idleMs: 100 } });
    try {
      return await submitterTrial(bench, fault);
    } finally {
      bench.end();
    }
  });
}

async function submitterTrial(bench: LocalBench, fault: string): Promise<{ wrong?: string } | undefined> {
  const request = bench.request('echo ran >> ran');
  const input = join(bench.localDir, 'input.json');
  const options = {
    root: bench.root,
    localDir: bench.localDir,
    slots: {},
    supervisorArgv: supervisorArgv({ idleMs: 100 }),
    env: process.env,
  };
  writeFileSync(input, JSON.stringify({ options, request }));
  const env = { SHEAF_LOCAL_CPUS: '2', SHEAF_LOCAL_GPUS: '', SHEAF_TEST_FAULT: fault };
  const { signal, stdout } = await run([process.execPath, join(import.meta.dirname, 'submit-local.ts'), input], env);
  const outcome = stdout === '' ? undefined : (JSON.parse(stdout) as SubmitOutcome);

  const found = await bench.open().find([request.token], 0);
  if (found.kind === 'failed') return { wrong: found.said };
  const isThere = found.jobs.has(request.token);
  if (outcome?.kind === 'accepted' && !isThere) return { wrong: 'it was accepted and is not found' };
  if (outcome?.kind === 'refused' && isThere) return { wrong: `it was refused (${outcome.said}) and is found` };
  if (outcome === undefined && signal !== 'SIGKILL') return { wrong: 'it ended without an answer' };

  // As a next command would: the same token again changes nothing if it is there.
  const again = await bench.open().submit(request);
  if (again.kind !== 'accepted') return { wrong: `it is refused the second time: ${again.said}` };
  const end = await bench.untilEnded({ job: again.job, token: request.token });
  if (end.state !== 'completed') return { wrong: `it ended as ${end.state}` };
  const later = await bench.submit('true');
  await bench.untilEnded(later.task());
  const ran = bench.lines('ran').length;
  if (ran !== 1) return { wrong: `it ran ${ran} times` };
  const isClean = outcome?.kind === 'accepted' && outcome.notes.length === 0;
  return isClean && signal === null ? undefined : {};
}

/**
 * Supervisors meet a fault one after the other, each at its n-th effect, until the next one gets to
 * the end: each task runs once, its status is right, and what waits for it does what it must.
 *
 * @param times how many supervisors in a row meet it
 */
export function supervisorCampaign(kind: Fault, ns: Iterable<number>, times = 1, atOnce = 2): Promise<Verdict> {
  return campaign(kind, ns, atOnce, async (fault) => {
    const bench = makeLocalBench({ supervisor: ['true'] });
    try {
      return await supervisorTrial(bench, fault, times);
    } finally {
      bench.end();
    }
  });
}

async function supervisorTrial(
  bench: LocalBench,
  fault: string,
  times: number,
): Promise<{ wrong?: string } | undefined> {
  const jobs = await submitMix(bench);
  const quick = JSON.stringify({ ...QUICK, idleMs: 150, retryMs: 50 });
  const argv = [process.execPath, join(import.meta.dirname, 'supervise.ts'), quick, bench.spool];
  const env = { SHEAF_LOCAL_CPUS: '2', SHEAF_LOCAL_GPUS: '0,1' };
  let struck = false;
  for (let i = 0; i < times; i += 1) {
    const { stdout } = await run(argv, { ...env, SHEAF_TEST_FAULT: fault });
    struck ||= stdout === '' || Number(stdout) >= Number(fault.split('@')[1]);
  }
  // Survivors may still run: the next supervisor waits for them.
  await run(argv, env);
  const wrong = await mixWrong(bench, jobs);
  if (wrong !== undefined) return { wrong };
  return struck ? {} : undefined;
}

interface Mix {
  readonly array: Submitted;
  readonly child: Submitted;
  readonly failing: Submitted;
  readonly orphan: Submitted;
  readonly cancelled: Submitted;
}

async function submitMix(bench: LocalBench): Promise<Mix> {
  const note = 'echo "$SHEAF_JOB_ID [$CUDA_VISIBLE_DEVICES]" >> ran';
  const array = await bench.submit(`${note}; sleep 0.05`, { indices: [0, 1, 2], resources: { num_gpus: 1 } });
  const child = await bench.submit(note, { after: [{ ...array, tasks: 'all', until: 'completed' }] });
  const failing = await bench.submit(`${note}; exit 9`);
  const orphan = await bench.submit(note, { after: [{ ...failing, tasks: 'all', until: 'completed' }] });
  const cancelled = await bench.submit(note, { held: true });
  await bench.open().cancel([cancelled.task()]);
  return { array, child, failing, orphan, cancelled };
}

async function mixWrong(
  bench: LocalBench,
  { array, child, failing, orphan, cancelled }: Mix,
): Promise<string | undefined> {
  const tasks = [
    array.task(0),
    array.task(1),
    array.task(2),
    child.task(),
    failing.task(),
    orphan.task(),
    cancelled.task(),
  ];
  const poll = await bench.open().poll(tasks);
  if (poll.kind === 'failed') return poll.said;
  const states = poll.results.map(({ fact }) => fact.state).join(' ');
  if (states !== 'completed completed completed completed failed dependency cancelled')
    return `the states are ${states}`;
  const ran = bench
    .lines('ran')
    .map((line) => line.split(' ')[0] ?? '')
    .toSorted()
    .join(' ');
  if (ran !== '1_0 1_1 1_2 2 3') return `what ran is ${ran}`;
  const starts = bench
    .log('1')
    .split('\n')
    .filter((line) => /"t":"start".*}$/.test(line));
  return starts.length === 3 ? undefined : `the log has ${starts.length} starts for 3 tasks`;
}

/**
 * Supervisors are killed at random moments while an array runs: each task runs once, and never more
 * at once than there are slots.
 *
 * @param random gives numbers from 0 to 1
 */
export async function randomKills(count: number, tasks: number, random: () => number): Promise<Verdict> {
  const bench = makeLocalBench({ env: { SHEAF_LOCAL_CPUS: '3' } });
  const failures: string[] = [];
  let struck = 0;
  try {
    const indices = Array.from({ length: tasks }, (_, i) => i);
    const array = await bench.submit(
      'echo "+$SHEAF_ARRAY_INDEX" >> trace; sleep 0.03; echo "-$SHEAF_ARRAY_INDEX" >> trace',
      { indices },
    );
    for (; struck < count; struck += 1) {
      await bench.look(array.task(0));
      await new Promise((resolve) => setTimeout(resolve, 400 * random()));
      const pid = bench.supervisorPid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
    for (const index of indices) await bench.untilEnded(array.task(index));
    const trace = await until(() => bench.lines('trace'));
    const begun = trace.filter((line) => line.startsWith('+'));
    if (begun.length !== tasks || new Set(begun).size !== tasks)
      failures.push(`${begun.length} starts of ${new Set(begun).size} tasks`);
    let [now, most] = [0, 0];
    for (const line of trace) {
      now += line.startsWith('+') ? 1 : -1;
      most = Math.max(most, now);
    }
    if (most > 3) failures.push(`${most} tasks ran at once on 3 slots`);
    const poll = await bench.open().poll(indices.map((index) => array.task(index)));
    const states = poll.kind === 'answer' ? new Set(poll.results.map(({ fact }) => fact.state)) : new Set();
    if ([...states].join() !== 'completed') failures.push(`the states are ${[...states].join()}`);
  } finally {
    bench.end();
  }
  return { struck, failures };
}
