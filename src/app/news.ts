import type { Fact, FactKind, Facts } from '../core/attempt.ts';
import type { AttemptRef, EventBody } from '../core/event.ts';
import type { TaskRef } from '../scheduler/index.ts';

/** That a task waits for another reason is recorded at most so often: what changes all the time must not fill the journal. */
const REASON_MS = 60_000;

/** Facts that say no more than is known are not recorded: looking again must not make the journal grow. */
export function isNews(known: Facts, fact: Fact): boolean {
  const former = known[fact.kind];
  if (former === undefined || fact.kind === 'unseen' || fact.kind === 'lost') return true;
  if (fact.kind !== 'queue') return false;
  const before = former.value as Extract<Fact, { kind: 'queue' }>;
  // A sighting after it was thought gone takes that back.
  const gone: readonly FactKind[] = ['unseen', 'lost'];
  if (gone.some((kind) => (known[kind]?.stamp ?? '') > former.stamp)) return true;
  if (before.state !== fact.state || before.startedMs !== fact.startedMs) return true;
  if (before.held !== fact.held || before.stuck !== fact.stuck) return true;
  return before.reason !== fact.reason && fact.atMs - before.atMs >= REASON_MS;
}

/** Gathers attempts of one submission about which the same is known into one event. */
export class Collector {
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
