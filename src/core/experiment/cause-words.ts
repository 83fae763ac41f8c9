import type { Cause } from './cause.ts';

/** `gpu_oom: killed at step 10`; an exit code needs no explanation. Undefined if nothing is known. */
export function describeCause({
  cause,
  note,
}: {
  readonly cause?: Cause | null | undefined;
  readonly note?: string | null | undefined;
}): string | undefined {
  if (!cause || !note) return cause || note || undefined;
  return cause === 'exit_code' ? note : `${cause}: ${note}`;
}

/**
 * How an attempt ended, as one note. What the diagnosis says comes alone if it repeats what the scheduler said.
 *
 * @param said by the scheduler
 * @param says by the diagnosis
 */
export function joinEndNotes(said: string | null | undefined, says: string | null | undefined): string | undefined {
  if (!said || !says) return said || says || undefined;
  return says.startsWith(said) ? says : `${said}: ${says}`;
}

/** What to try after a failure, with the name of the experiment in its commands instead of `ID`. */
export function nameRemedy(fix: string, expId: string): string {
  return fix.replaceAll(/(sheaf [a-z]+) ID\b/g, `$1 ${expId}`);
}
