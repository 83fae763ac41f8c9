import { setTimeout as delay } from 'node:timers/promises';

type Nothing = undefined | null | false | 0 | '';

/** Waits until there is something; the test's own time limit ends a wait that is in vain. */
export async function until<T>(condition: () => T | Nothing | Promise<T | Nothing>): Promise<Exclude<T, Nothing>> {
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, Nothing>;
    await delay(15);
  }
}
