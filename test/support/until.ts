import { setTimeout as delay } from 'node:timers/promises';

/** Waits until a condition holds; the test's own time limit ends a wait that is in vain. */
export async function until<T>(condition: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await delay(15);
  }
}
