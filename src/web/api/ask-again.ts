import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query';

/** Milliseconds from the end of a request until its state says so, generously. */
const SETTLE_MS = 20;

const waiting = new WeakSet<Query>();

/**
 * Asks again for answers that may be old. One that is on its way is awaited and shown first: it may be older than what
 * changed, but if each change took it back, a slow connection would show nothing while much happens.
 */
export function askAgain(client: QueryClient, filters: QueryFilters): void {
  for (const query of client.getQueryCache().findAll(filters)) askOneAgain(client, query);
}

function askOneAgain(client: QueryClient, query: Query): void {
  if (query.state.fetchStatus === 'idle') {
    void client.invalidateQueries({ predicate: (each) => each === query });
    return;
  }
  if (waiting.has(query)) return;
  waiting.add(query);
  const goOn = (): void => {
    waiting.delete(query);
    askOneAgain(client, query);
  };
  const settle = (): unknown => setTimeout(goOn, SETTLE_MS);
  (query.promise ?? Promise.resolve()).then(settle, settle);
}
