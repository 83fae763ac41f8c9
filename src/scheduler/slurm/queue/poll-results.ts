import { withoutUndefined } from '../../../core/value.ts';
import type { AccountedFact, QueuedFact } from '../../../core/experiment/facts.ts';
import type { AccountedRun, AccountedTask, PollResult, TaskRef } from '../../scheduler.ts';
import { describePending } from '../parse/reasons.ts';
import type { AccountRow } from '../parse/sacct.ts';
import type { QueueRow } from '../parse/squeue.ts';
import { interpretState } from '../parse/states.ts';

/** Clocks of hosts differ; a job with our token but from long before is another one that had its id. */
const CLOCKS_MS = 600_000;

/** Slurm's reason for one that waits for what did not complete. */
const IN_VAIN = 'DependencyNeverSatisfied';

/**
 * Whether a job ended while it waited for another one, either because a person cancelled it or because that one failed:
 * the queue shows both alike, and only accounting names who cancelled it.
 */
export function isEndedByUnknown({ state, reason }: QueueRow): boolean {
  return state === 'CANCELLED' && reason === 'Dependency';
}

/** What the queue shows of these tasks. The token identifies a job: ids get used again. */
export function getPollResults(rows: readonly QueueRow[], tasks: readonly TaskRef[], atMs: number): PollResult[] {
  const byTask = new Map(rows.map((row) => [rowName(row), row]));
  return tasks.flatMap((task): PollResult[] => {
    const row = byTask.get(taskName(task));
    if (row === undefined) return [];
    const { token, job, index } = task;
    return [{ token, job, ...(index === undefined ? {} : { index }), fact: queueFact(row, atMs) }];
  });
}

function rowName({ name, id, index }: QueueRow | AccountRow): string {
  return `${name} ${id} ${index ?? ''}`;
}

function taskName({ token, job, index }: TaskRef): string {
  return `${token} ${job.id} ${index ?? ''}`;
}

function queueFact(row: QueueRow, atMs: number): QueuedFact | AccountedFact {
  const meaning = interpretState(row.state);
  // One that was cancelled while it waited has the time of that for its start.
  const ran = meaning.kind !== 'ended' || meaning.state !== 'cancelled';
  const started = !ran || row.startMs === undefined ? {} : { startedMs: row.startMs };
  switch (meaning.kind) {
    case 'pending': {
      const pending = describePending(row.reason);
      return {
        kind: 'queue',
        state: 'pending',
        atMs,
        ...(pending === undefined ? {} : { reason: pending.words }),
        ...(pending?.held || meaning.held ? { held: true } : {}),
        ...(pending?.stuck ? { stuck: true } : {}),
        ...(row.reason === IN_VAIN ? { never: 'dependency' } : {}),
      };
    }
    case 'running':
      return { kind: 'queue', state: 'running', atMs, ...started };
    case 'unknown':
      return { kind: 'queue', state: 'unknown', atMs, reason: `in a state that sheaf does not know (${row.state})` };
    case 'ended': {
      const signal = signalIn(row.reason);
      const state = row.reason === IN_VAIN ? 'dependency' : withoutOutput(meaning.state, signal);
      const said = endWords(state, row.state, signal === undefined ? {} : { signal });
      return { kind: 'accounted', state, atMs: row.endMs ?? atMs, ...started, ...(said === undefined ? {} : { said }) };
    }
  }
}

/** What accounting has of these tasks, the runs of each in their order. */
export function getAccountedTasks(
  rows: readonly AccountRow[],
  tasks: readonly TaskRef[],
  nowMs: number,
): AccountedTask[] {
  const byTask = Map.groupBy(rows, rowName);
  return tasks.flatMap((task): AccountedTask[] => {
    const since = task.job.submittedMs - CLOCKS_MS;
    const mine = (byTask.get(taskName(task)) ?? []).filter(({ submittedMs = Infinity }) => submittedMs >= since);
    const { token, index } = task;
    const runs = mine.map((row, i) => accountedFact(row, nowMs, i < mine.length - 1));
    return runs.length === 0 ? [] : [{ token, ...(index === undefined ? {} : { index }), runs }];
  });
}

/** @param isFormer a newer run follows it: it was requeued */
function accountedFact(row: AccountRow, nowMs: number, isFormer: boolean): AccountedRun {
  const meaning = interpretState(row.state);
  if (meaning.kind !== 'ended' && !isFormer) return meaning.kind === 'pending' ? 'pending' : 'running';
  const state = meaning.kind === 'ended' ? endState(row, meaning.state) : 'preempted';
  const said = meaning.kind === 'ended' ? endWords(state, row.state, row) : 'it was requeued';
  const { exitCode, signal, startMs, endMs } = row;
  return withoutUndefined({
    kind: 'accounted',
    state,
    atMs: endMs ?? nowMs,
    startedMs: startMs,
    ...(state === 'failed' && exitCode !== undefined ? { exitCode } : {}),
    signal,
    said,
  });
}

/** The status with which slurmstepd ends a job whose output it cannot open. */
const NO_OUTPUT_SIGNAL = 53;

function endState(row: AccountRow, state: AccountedFact['state']): AccountedFact['state'] {
  const { reason, signal } = row;
  if (reason === IN_VAIN || wasCancelledByNobody(row)) return 'dependency';
  return withoutOutput(state, signal);
}

function withoutOutput(state: AccountedFact['state'], signal: number | undefined): AccountedFact['state'] {
  return state === 'failed' && signal === NO_OUTPUT_SIGNAL ? 'launch' : state;
}

/** The queue has it in words: `RaisedSignal:53(Real-time signal 19)`. */
function signalIn(reason: string): number | undefined {
  const signal = /^RaisedSignal:(\d+)/.exec(reason)?.[1];
  return signal === undefined ? undefined : Number(signal);
}

/** Accounting has no reason for a job whose dependency failed: it never started, and accounting does not say who cancelled it. */
function wasCancelledByNobody({ state, startMs }: AccountRow): boolean {
  return state === 'CANCELLED' && startMs === undefined;
}

/** Why it ended, where its state alone does not say it all. */
function endWords(
  state: AccountedFact['state'],
  word: string,
  row: Partial<Pick<AccountRow, 'nodes' | 'signal'>> = {},
): string | undefined {
  const nodes = /^(?:None assigned|)$/.test(row.nodes ?? '') ? '' : ` (${row.nodes ?? ''})`;
  switch (state) {
    case 'timeout':
      return word.startsWith('DEADLINE') ? 'its deadline passed' : 'its time limit was reached';
    case 'node_fail':
      return `its node failed${nodes}`;
    case 'preempted':
      return 'a job of higher priority took its place';
    case 'out_of_memory':
      return 'it used more memory than it had asked for';
    case 'dependency':
      return 'what it waited for did not complete';
    case 'launch':
      return row.signal === NO_OUTPUT_SIGNAL ? 'Slurm could not open its output file: is the folder there?' : word;
    case 'failed':
      return row.signal ? `killed by signal ${row.signal}` : undefined;
    case 'cancelled': {
      const uid = /^CANCELLED by (\d+)/.exec(word)?.[1];
      return uid === undefined ? undefined : `cancelled by user id ${uid}`;
    }
    case 'completed':
    case 'lost':
      return undefined;
  }
}
