import type { AccountedFact, Fact, Facts, QueuedFact, UnseenFact } from '../../core/experiment/facts.ts';
import { attemptName } from '../../core/experiment/record.ts';
import type { AccountedRun, Scheduler, TaskRef } from '../../scheduler/index.ts';
import { isoTime } from '../../system/index.ts';
import {
  hasParentFailed,
  DEPENDENCY_FAILED,
  inferEnd,
  refineEnd,
  MEMORY_EXCEEDED,
  logShowsMemoryKill,
} from './refine-end.ts';
import type { Observation, Tracked } from './observations.ts';
import { addsInformation, type EventBatcher } from './new-facts.ts';
import { hasEndedWell, type RunRecord } from './job-records.ts';
import type { Project } from '../project/project.ts';
import { getClaimingJob, getTaskName } from './tasks.ts';

/** A task that is missing for longer is lost: neither queue nor accounting knows it, and it left no record. */
const GRACE_MS = 120_000;

/** Accounting that still says "running" may be behind; a controller that lost a job leaves it so for ever. */
const LONG_GRACE_MS = 30 * 60_000;

/** The accounting's word, by name of the task. */
export interface AccountingAnswer {
  readonly tasks: ReadonlyMap<string, readonly AccountedRun[]>;
  /** It was asked and could answer, or there is none. */
  readonly known: boolean;
  readonly exist: boolean;
  readonly warnings: readonly string[];
}

const NO_ACCOUNTS: AccountingAnswer = { tasks: new Map(), known: true, exist: true, warnings: [] };

export async function askAccounts(
  scheduler: Pick<Scheduler, 'account'>,
  observations: readonly Observation[],
): Promise<AccountingAnswer> {
  const tasks = [
    ...new Map(observations.filter(needsAccounts).map(({ item }) => [getTaskName(item.task), item.task])).values(),
  ];
  if (tasks.length === 0) return NO_ACCOUNTS;
  const answer = await scheduler.account(tasks);
  switch (answer.kind) {
    case 'answer':
      return { ...NO_ACCOUNTS, tasks: new Map(answer.tasks.map((task) => [getTaskName(task), task.runs])) };
    case 'none':
      return { ...NO_ACCOUNTS, exist: false };
    case 'failed':
      return {
        ...NO_ACCOUNTS,
        known: false,
        warnings: [`accounting could not be asked, so that some ends are not known yet: ${answer.said}`],
      };
  }
}

/** Its own record of a good end is decisive; otherwise accounting knows more than the queue, or alone. */
function needsAccounts({ polled, runs }: Observation): boolean {
  if (runs.length > 1) return true;
  if (polled?.kind === 'queue') return false;
  const run = runs.at(-1) ?? runs[0];
  if (hasEndedWell(run)) return false;
  return run.ended === undefined || polled === undefined;
}

export function inferFacts(
  project: Project,
  each: Observation,
  accounts: AccountingAnswer,
  atMs: number,
  events: EventBatcher,
): void {
  const { item, runs } = each;
  const accounted = accounts.tasks.get(getTaskName(item.task)) ?? [];
  for (const [i, run] of runs.entries()) {
    const known = item.experiment.record.attempts[attemptName(run.ref)]?.facts ?? {};
    const end =
      i < runs.length - 1
        ? [describeRequeue(accounted[run.restart ?? i], atMs)]
        : inferLastFacts(project, each, run, known, { accounts, accounted, atMs });
    const isCertain =
      isRecordFinal(run, known, { accounts, accounted, atMs }) || end.some(({ kind }) => kind === 'accounted');
    const hasLeft = each.polled?.kind !== 'queue' && isCertain;
    const isReported = i < runs.length - 1 || hasLeft || hasEndedWell(run);
    // An end that is not good is recorded together with its cause, once that can be known.
    for (const fact of [run.started, ...(isReported ? [run.ended] : []), ...end]) {
      if (fact !== undefined && addsInformation(known, fact)) events.add(item.task.token, run.ref, fact);
    }
  }
}

/** How a run ended that another one followed. */
function describeRequeue(accounted: AccountedRun | undefined, atMs: number): AccountedFact {
  if (typeof accounted === 'object') return accounted;
  return { kind: 'accounted', state: 'preempted', atMs, said: 'it was requeued' };
}

/** Whether its own record is all that will ever be said of its end. */
function isRecordFinal(run: RunRecord, known: Facts, { accounts, accounted, atMs }: AccountingEvidence): boolean {
  if (run.ended === undefined) return false;
  if (isRecordComplete(run, known) || !accounts.exist) return true;
  const last = accounted.at(-1);
  // Accounting that was away gets to know the ends of jobs a while after it is back.
  return accounts.known && (typeof last === 'object' || isOverdue(known, last, atMs));
}

/** Nobody can say more of its end than its own record: it ended by itself, or because someone asked sheaf for that. */
function isRecordComplete(run: RunRecord, { cancel }: Facts): boolean {
  const { ended } = run;
  if (ended === undefined) return false;
  if (hasEndedWell(run) || ended.cause !== undefined || cancel !== undefined) return true;
  // It may have been killed at its time limit, for its use of memory, or by scancel, before the job got the signal.
  return ended.signal === undefined && ended.exitCode <= 128;
}

interface AccountingEvidence {
  readonly accounts: AccountingAnswer;
  /** The runs of this task. */
  readonly accounted: readonly AccountedRun[];
  readonly atMs: number;
}

/** What there is to say of the newest run, beside its own records. */
function inferLastFacts(
  project: Project,
  { item, polled }: Observation,
  run: RunRecord,
  known: Facts,
  { accounts, accounted, atMs }: AccountingEvidence,
): Fact[] {
  if (polled?.kind === 'queue') return [keepKnownState(polled, known)];
  if (hasEndedWell(run)) return [];
  const { ended } = run;
  const last = accounted.at(-1);
  const fact = chooseEnd(polled, last);
  if (fact !== undefined && isOfAnother(project, item, run)) {
    // Once its start is known, sheaf looks for the other job.
    return run.started === undefined ? inferFactsWhenUnseen(item.task, known, { accounts, accounted: [], atMs }) : [];
  }
  if (fact !== undefined) {
    if (item.packed && ended === undefined && isFresh(fact, run, known, atMs)) {
      return getUnseenSince(known) === undefined ? [{ kind: 'unseen', atMs }] : [];
    }
    // The queue tells no exit codes, and no nodes.
    if (typeof last !== 'object' || last.state !== fact.state) return [refineEnd(project, item, run, fact)];
    const said = last.said ?? fact.said;
    return [refineEnd(project, item, run, { ...last, ...fact, ...(said === undefined ? {} : { said }) })];
  }
  if (ended !== undefined && isRecordFinal(run, known, { accounts, accounted, atMs })) {
    return known.cancel === undefined ? inferEnd(project, item, ended) : [];
  }
  // Slurm forgets a task that was cancelled before it started: our own request is the evidence.
  const { cancel } = known;
  if (cancel !== undefined && run.started === undefined && atMs > cancel.value.atMs) {
    return [{ kind: 'accounted', state: 'cancelled', atMs: cancel.value.atMs }];
  }
  if (run.started === undefined && hasParentFailed(project, item)) {
    return [{ kind: 'accounted', state: 'dependency', atMs, said: DEPENDENCY_FAILED }];
  }
  const facts = inferFactsWhenUnseen(item.task, known, { accounts, accounted, atMs });
  // One that is killed for its use of memory leaves no record of its own.
  const isLost = facts.some(({ kind }) => kind === 'lost');
  return isLost && logShowsMemoryKill(project, item)
    ? [{ kind: 'accounted', state: 'out_of_memory', atMs, said: MEMORY_EXCEEDED }]
    : facts;
}

/** An unknown state does not undo what was seen before; it is still there, though. */
function keepKnownState(polled: QueuedFact, { queue }: Facts): QueuedFact {
  return polled.state === 'unknown' && queue !== undefined ? { ...queue.value, atMs: polled.atMs } : polled;
}

/** The queue's word, or else the accounting's. Accounting alone knows that nobody cancelled it, which the queue shows so. */
function chooseEnd(polled: AccountedFact | undefined, last: AccountedRun | undefined): AccountedFact | undefined {
  const accounted = typeof last === 'object' ? last : undefined;
  return polled?.state === 'cancelled' && accounted?.state === 'dependency' ? accounted : (polled ?? accounted);
}

/**
 * A job of several programs ended so lately that the record of one of them may not be visible yet: file servers are
 * believed for a minute that a name is not there.
 */
function isFresh(fact: AccountedFact, run: RunRecord, known: Facts, atMs: number): boolean {
  const ran = run.started !== undefined || known.queue?.value.state === 'running' || fact.startedMs !== undefined;
  // What never ran has nothing to tell.
  if (!ran && fact.state !== 'completed' && fact.state !== 'failed') return false;
  return atMs - fact.atMs < GRACE_MS && !isOverdue(known, fact, atMs);
}

/** Another job than the one that is known holds the claim: the end of this one is not the end of the run. */
function isOfAnother(project: Project, { task }: Tracked, { ref, started }: RunRecord): boolean {
  const runner = started === undefined ? getClaimingJob(project, ref) : /^\d+/.exec(started.job)?.[0];
  return runner !== undefined && runner !== task.job.id;
}

function inferFactsWhenUnseen(task: TaskRef, known: Facts, { accounts, accounted, atMs }: AccountingEvidence): Fact[] {
  const last = accounted.at(-1);
  if (known.lost && known.lost.stamp > (known.queue?.stamp ?? '')) return [];
  const unseen = getUnseenSince(known);
  if (unseen === undefined) return [{ kind: 'unseen', atMs }];
  if (!accounts.known || !isOverdue(known, last, atMs)) return [];
  return [{ kind: 'lost', atMs, sinceMs: unseen.atMs, said: describeLastSeen(task, known, accounts, last) }];
}

/** Since when it is missing. */
function getUnseenSince({ unseen, queue }: Facts): UnseenFact | undefined {
  return unseen && unseen.stamp > (queue?.stamp ?? '') ? unseen.value : undefined;
}

/** It has been missing too long for any further facts. */
function isOverdue(known: Facts, last: AccountedRun | undefined, atMs: number): boolean {
  const unseen = getUnseenSince(known);
  return unseen !== undefined && atMs - unseen.atMs >= (last === 'running' ? LONG_GRACE_MS : GRACE_MS);
}

function describeLastSeen(
  { index }: TaskRef,
  { queue, started }: Facts,
  { exist }: AccountingAnswer,
  last: AccountedRun | undefined,
): string {
  const nobody = exist ? 'neither the queue nor accounting knows it' : 'the queue does not know it';
  // What a controller that crashed had not saved stays in accounting for ever.
  const who =
    typeof last === 'string' ? `the queue does not know it, though accounting still has it as ${last}` : nobody;
  const unknown = `${who}, and it left no record of an end`;
  if (queue === undefined) {
    if (started !== undefined) return `it started on ${started.value.host}; ${unknown}`;
    return `it was never seen in the queue: a controller that crashes forgets what it took in its last seconds; ${unknown}`;
  }
  const host = started === undefined ? '' : ` on ${started.value.host}`;
  const trace =
    index !== undefined && queue.value.state === 'pending'
      ? '; a task of an array that someone cancels while it waits leaves no trace'
      : '';
  return `last seen ${queue.value.state} ${isoTime(queue.value.atMs)}${host}; ${unknown}${trace}`;
}
