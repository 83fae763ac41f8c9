import { setTimeout as delay } from 'node:timers/promises';
import { TestRunner } from 'vitest';

type Nothing = undefined | null | false | 0 | '';

/** The shortest pause between two looks, milliseconds. */
const SHORTEST_PAUSE_MS = 15;
/**
 * A look that starts programs takes the processor from what it waits for. The pause after the n-th look is n times as long
 * as the look took, and at most this many times.
 */
const MOST_LOOKS_LONG = 6;
/** A wait without success ends this long before the test's own time limit, so that the error names it. */
const MARGIN_MS = 1_000;
/** Hooks have no current test; vitest.config.ts gives them 120 seconds. */
const HOOK_LIMIT_MS = 120_000 - MARGIN_MS;

/**
 * Waits until there is something, and gives it.
 *
 * @param what what is waited for, with what was seen last; without it, the condition's own code
 * @throws Error that names it, just before the time limit of the test
 */
export async function until<T>(
  condition: () => T | Nothing | Promise<T | Nothing>,
  what: () => string = () => String(condition),
): Promise<Exclude<T, Nothing>> {
  const end = timeLimit();
  for (let looks = 1; ; looks += 1) {
    const began = performance.now();
    const value = await condition();
    if (value) return value as Exclude<T, Nothing>;
    if (Date.now() > end) throw new Error(`waited without success for ${what()}`);
    const tookMs = performance.now() - began;
    await delay(Math.max(SHORTEST_PAUSE_MS, Math.min(looks, MOST_LOOKS_LONG) * tookMs));
  }
}

/** The end of the current test, in milliseconds since 1970. Of tests that run at once, any one: their limits are alike. */
function timeLimit(): number {
  const test = TestRunner.getCurrentTest();
  const startMs = test?.result?.startTime;
  if (test === undefined || startMs === undefined) return Date.now() + HOOK_LIMIT_MS;
  return startMs + test.timeout - MARGIN_MS;
}
