import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query';

/** Milliseconds from the end of a request until its state says so, generously. */
const SETTLE_MS = 20;

type IsOld = (query: Query) => boolean;

/** Who asked for an answer again while it was on its way. */
const waiting = new WeakMap<Query, IsOld[]>();

/**
 * Asks again for answers that may be old. One that is on its way is awaited and shown first, since if each change took it back,
 * a slow connection would show nothing while much happens. It is asked again unless the predicate of the filters then refuses it.
 */
export function askAgain(client: QueryClient, filters: QueryFilters): void {
  const { predicate: isOld = () => true } = filters;
  for (const query of client.getQueryCache().findAll(filters)) askOneAgain(client, query, isOld);
}

function askOneAgain(client: QueryClient, query: Query, isOld: IsOld): void {
  if (query.state.fetchStatus === 'idle') {
    void client.invalidateQueries({ predicate: (each) => each === query });
    return;
  }
  const others = waiting.get(query);
  if (others !== undefined) {
    others.push(isOld);
    return;
  }
  const askers = [isOld];
  waiting.set(query, askers);
  const goOn = (): void => {
    waiting.delete(query);
    const stillOld: IsOld = (each) => askers.some((isOldFor) => isOldFor(each));
    if (stillOld(query)) askOneAgain(client, query, stillOld);
  };
  const settle = (): unknown => setTimeout(goOn, SETTLE_MS);
  (query.promise ?? Promise.resolve()).then(settle, settle);
}
