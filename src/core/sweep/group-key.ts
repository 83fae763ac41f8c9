import type { Value } from '../value.ts';

/** The values of some fields as one text: runs with equal ones are in one group. */
export function groupKeyOf(values: readonly (Value | undefined)[]): string {
  return JSON.stringify(values.map((value) => value ?? null));
}
