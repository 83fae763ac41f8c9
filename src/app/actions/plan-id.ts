import { createHash } from 'node:crypto';

/** A text that is the same only for the same values. */
export function makePlanId(...values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
