import type { Fact, FactKind, Facts, QueuedFact } from '../../core/experiment/facts.ts';
import type { AttemptRef, EventBody } from '../../core/experiment/event.ts';
import type { TaskRef } from '../../scheduler/index.ts';

/**
 * That a task waits for another reason is recorded at most at this interval: what changes all the time must not fill the
 * journal. `status` tells the reason of this moment anyway.
 */
const REASON_MS = 3_600_000;

/** Facts that say no more than is known are not recorded: looking again must not make the journal grow. */
export function addsInformation(known: Facts, fact: Fact): boolean {
  const former = known[fact.kind];
  if (former === undefined || fact.kind === 'unseen' || fact.kind === 'lost') return true;
  if (fact.kind !== 'queue') return false;
  const before = former.value as QueuedFact;
  // A sighting after it was thought gone takes that back.
  const gone: readonly FactKind[] = ['unseen', 'lost'];
  if (gone.some((kind) => (known[kind]?.stamp ?? '') > former.stamp)) return true;
  if (before.state !== fact.state || before.startedMs !== fact.startedMs) return true;
  if (!isSameWait(before, fact)) return true;
  return before.reason !== fact.reason && fact.atMs - before.atMs >= REASON_MS;
}

/** What a task waits for may differ, but not what can be done about it. */
export function isSameWait(
  before: Pick<QueuedFact, 'held' | 'stuck' | 'reason'>,
  now: Pick<QueuedFact, 'held' | 'stuck' | 'reason'>,
): boolean {
  if (before.held !== now.held || before.stuck !== now.stuck) return false;
  if (before.reason === now.reason || now.reason === undefined) return true;
  // Of one that someone must help, the reason says how.
  return before.reason !== undefined && !now.held && !now.stuck;
}

/** Gathers attempts of one submission about which the same is known into one event. */
export class EventBatcher {
  readonly #events = new Map<string, { token: TaskRef['token']; attempts: AttemptRef[]; fact: Fact }>();

  add(token: TaskRef['token'], ref: AttemptRef, fact: Fact): void {
    const name = `${token} ${JSON.stringify(fact)}`;
    const event = this.#events.get(name) ?? { token, attempts: [], fact };
    event.attempts.push(ref);
    this.#events.set(name, event);
  }

  all(): EventBody[] {
    return [...this.#events.values()].map((event) => ({ type: 'state', ...event }));
  }
}
