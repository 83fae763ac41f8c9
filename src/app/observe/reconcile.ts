import type { EventBody, JobRef } from '../../core/experiment/event.ts';
import type { Token } from '../../core/ids.ts';
import type { SubmissionRecord } from '../../core/experiment/record.ts';
import type { QueueReader, Scheduler } from '../../scheduler/index.ts';
import { nowMs, ownerState, ownerText, sleep, userId, userName } from '../../system/index.ts';
import { isInFlight } from './in-flight.ts';
import type { Project } from '../project/project.ts';
import { getClaimingJob } from './tasks.ts';

/** How long a submission whose owner cannot be checked counts as under way: above sbatch's own time-out. */
const UNDER_WAY_MS = 10 * 60_000;
/** Between two looks for the job of a submission that was cut off a moment ago. */
const LOOK_MS = 1_000;

/** What is known of submissions that were begun but not finished. */
export interface Reconciled {
  /** Still being submitted by a command that may live, or whose job may still appear. */
  readonly underWay: readonly SubmissionRecord[];
  readonly warnings: readonly string[];
  /** Something was recorded. */
  readonly settled: boolean;
}

export interface ReconcileOptions {
  /** Wait until the outcome of those that were cut off a moment ago is certain; otherwise they are left for later. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Completes submissions that a crash, a time-out or a full disk left without an answer: the token is
 * looked up at the scheduler. If no job is found, the attempts are given up by taking their claims,
 * so that a job which appears later finds them held and ends.
 */
export async function reconcile(project: Project, options: ReconcileOptions = {}): Promise<Reconciled> {
  const open = project.store.openSubmissions();
  if (open.length === 0) return { underWay: [], warnings: [], settled: false };
  const scheduler = await project.scheduler();
  const [living, stale] = splitByOwner(open, scheduler);
  for (let rest = stale; ;) {
    const settled = rest.length < stale.length;
    if (rest.length === 0) return { underWay: living, warnings: [], settled };
    const unresolved = await lookUp(project, scheduler, rest);
    if (typeof unresolved === 'string') return { underWay: [...living, ...rest], warnings: [unresolved], settled };
    if (!options.wait || unresolved.length === 0) {
      return { underWay: [...living, ...unresolved], warnings: [], settled: unresolved.length < stale.length };
    }
    await sleep(LOOK_MS, options.signal);
    rest = unresolved;
  }
}

/** Whose command may live, and whose has ended. Those of another user are left out: they are not among the user's own jobs. */
function splitByOwner(
  open: readonly SubmissionRecord[],
  { id }: Pick<Scheduler, 'id'>,
): [living: SubmissionRecord[], stale: SubmissionRecord[]] {
  const own = open.filter(({ request }) => request?.value.scheduler === id && request.value.user === userName());
  return split(own, mayLive);
}

/**
 * The jobs of submissions that were cut off, as far as there are any: what {@link reconcile} does without giving
 * anything up. Records nothing.
 */
export async function findCutOff(
  project: Project,
  queue: QueueReader,
): Promise<{ readonly facts: readonly EventBody[]; readonly warnings: readonly string[] }> {
  const [, stale] = splitByOwner(project.store.openSubmissions(), queue);
  const found = stale.length === 0 ? undefined : await findJobs(queue, stale);
  if (found === undefined || typeof found === 'string') {
    return { facts: [], warnings: found === undefined ? [] : [found] };
  }
  const facts = stale.flatMap((record): EventBody[] => {
    const job = jobOf(project, queue, record, found);
    return job === undefined ? [] : [{ type: 'submitted', token: record.token, job }];
  });
  return { facts, warnings: [] };
}

/** As the scheduler has them; @returns or why nothing is known */
async function findJobs(
  queue: Pick<Scheduler, 'find'>,
  stale: readonly SubmissionRecord[],
): Promise<ReadonlyMap<Token, JobRef> | string> {
  const since = Math.min(...stale.map(begunMs));
  const found = await queue.find(
    stale.map(({ token }) => token),
    since,
  );
  if (found.kind === 'answer') return found.jobs;
  const what = `${stale.length} unfinished submission${stale.length === 1 ? '' : 's'}`;
  return `${what} could not be looked up: ${found.said}`;
}

/** Records the outcome of each; @returns those of which a job may still appear, or why nothing is known */
async function lookUp(
  project: Project,
  scheduler: Scheduler,
  stale: readonly SubmissionRecord[],
): Promise<SubmissionRecord[] | string> {
  const jobs = await findJobs(scheduler, stale);
  if (typeof jobs === 'string') return jobs;
  const [young, old] = split(
    stale,
    (record) => jobOf(project, scheduler, record, jobs) === undefined && isYoung(record, scheduler),
  );
  await project.store.append(
    old.flatMap((record): EventBody[] => {
      const job = jobOf(project, scheduler, record, jobs);
      return job === undefined ? giveUpClaims(project, record) : [{ type: 'submitted', token: record.token, job }];
    }),
  );
  return young;
}

function begunMs({ request }: SubmissionRecord): number {
  return request?.value.atMs ?? nowMs();
}

function isYoung(record: SubmissionRecord, scheduler: Scheduler): boolean {
  const ageMs = nowMs() - begunMs(record);
  return ageMs >= 0 && ageMs < scheduler.can.settleMs;
}

/** As the scheduler has it; otherwise as the claim of a job names itself, which ran and is forgotten by the scheduler. */
function jobOf(
  project: Project,
  scheduler: Pick<Scheduler, 'id'>,
  record: SubmissionRecord,
  found: ReadonlyMap<Token, JobRef>,
): JobRef | undefined {
  const known = found.get(record.token);
  if (known !== undefined) return known;
  for (const member of record.request?.value.members ?? []) {
    const id = getClaimingJob(project, member);
    if (id !== undefined) return { scheduler: scheduler.id, id, uid: userId(), submittedMs: begunMs(record) };
  }
  return undefined;
}

function mayLive(record: SubmissionRecord): boolean {
  const request = record.request?.value;
  if (request === undefined) return true;
  if (request.owner === ownerText()) return isInFlight(record.token);
  switch (ownerState(request.owner)) {
    case 'alive':
      return true;
    case 'dead':
      return false;
    case 'unknown':
      return nowMs() - request.atMs < UNDER_WAY_MS;
  }
}

const WHY = 'the command that submitted it ended before the scheduler took it';

/** Nothing when a job holds one of the claims: then a job exists after all, and is found later. */
function giveUpClaims(project: Project, record: SubmissionRecord): EventBody[] {
  const members = record.request?.value.members ?? [];
  const taken = members.map((member) => project.store.claims.giveUp(member, WHY));
  if (taken.includes(false)) return [];
  return [
    {
      type: 'state',
      token: record.token,
      attempts: members.map(({ key, stage, n }) => ({ key, stage, n })),
      fact: { kind: 'given_up', atMs: nowMs(), why: WHY },
    },
  ];
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
