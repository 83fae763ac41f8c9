import type { EventBody } from '../core/event.ts';
import type { SubmissionRecord } from '../core/record.ts';
import { nowMs, ownerState } from '../system/index.ts';
import type { Project } from './project.ts';

/** How long a submission whose owner cannot be looked at is taken to be under way: above sbatch's own time-out. */
const UNDER_WAY_MS = 10 * 60_000;

/** What is known of submissions that were begun but not finished. */
export interface Reconciled {
  /** Still being submitted by a command that may live. */
  readonly underWay: readonly SubmissionRecord[];
  readonly warnings: readonly string[];
}

/**
 * Completes submissions that a crash, a time-out or a full disk left without an answer: the token is
 * looked up at the scheduler. Where no job is found the attempts are given up by taking their claims,
 * so that a job which turns up later finds them held and ends.
 */
export async function reconcile(project: Project): Promise<Reconciled> {
  const open = project.store.openSubmissions();
  if (open.length === 0) return { underWay: [], warnings: [] };
  const scheduler = await project.scheduler();
  const [underWay, stale] = split(
    open.filter((record) => record.request?.value.scheduler === scheduler.id),
    mayLive,
  );
  if (stale.length === 0) return { underWay, warnings: [] };

  const found = await scheduler.find(stale.map(({ token }) => token));
  if (found.kind === 'failed') {
    const what = `${stale.length} unfinished submission${stale.length === 1 ? '' : 's'}`;
    return { underWay: [...underWay, ...stale], warnings: [`${what} could not be looked up: ${found.said}`] };
  }
  const events = stale.flatMap((record): EventBody[] => {
    const job = found.jobs.get(record.token);
    return job === undefined ? givenUp(project, record) : [{ type: 'submitted', token: record.token, job }];
  });
  await project.store.append(events);
  return { underWay, warnings: [] };
}

function mayLive(record: SubmissionRecord): boolean {
  const request = record.request?.value;
  if (request === undefined) return true;
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
function givenUp(project: Project, record: SubmissionRecord): EventBody[] {
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
