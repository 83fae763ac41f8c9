import { describe, expect, test } from 'vitest';
import { campaign, SCENARIOS } from './campaign.ts';

/**
 * Every n at first, where the order of effects decides, then each eighth one. The short soak of `npm run check:full`
 * takes each fifth of every fault; the long one takes all.
 */
const some = (n: number): boolean => n <= 6 || n % 8 === 0;

describe.each(SCENARIOS)('$name', (scenario) => {
  test('a command that is killed at any effect is made whole by the same command again: nothing is lost or runs twice', async () => {
    const { crashes, failures } = await campaign(scenario, 'kill', { pick: some });
    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(3);
  }, 300_000);

  test('a command that meets a full disk at any effect says so, and the same command again makes it whole', async () => {
    const { crashes, failures } = await campaign(scenario, 'enospc', { pick: (n) => n % 12 === 1 });
    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(0);
  }, 300_000);
});
