import { describe, expect, test } from 'vitest';
import { campaign, SCENARIOS } from './campaign.ts';

/** Every n at first, where the order of effects decides, then each fifth one. The soak takes all, and all faults. */
const some = (n: number): boolean => n <= 9 || n % 5 === 0;

describe.each(SCENARIOS)('$name', (scenario) => {
  test('killed at any effect, the same command again makes it whole: nothing is lost, nothing runs twice', async () => {
    const { crashes, failures } = await campaign(scenario, 'kill', { pick: some });
    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(3);
  }, 300_000);

  test('on a full disk at any effect it says so in words, and the same command again makes it whole', async () => {
    const { crashes, failures } = await campaign(scenario, 'enospc', { pick: (n) => n % 7 === 1 });
    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(0);
  }, 300_000);
});
