import type { Token } from '../../core/ids.ts';

/** Tokens that this very process is submitting now. */
const inFlight = new Set<Token>();

/** Whether this process is submitting a token now: however long the process lives, only this says so. */
export function isInFlight(token: Token): boolean {
  return inFlight.has(token);
}

/** Marks a token as in flight until `act` has ended. */
export async function markInFlight<T>(token: Token, act: () => Promise<T>): Promise<T> {
  inFlight.add(token);
  try {
    return await act();
  } finally {
    inFlight.delete(token);
  }
}
