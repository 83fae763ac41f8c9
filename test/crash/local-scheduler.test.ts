import { expect, test } from 'vitest';
import { every, randomKills, submitterCampaign, supervisorCampaign } from '../support/local-crash.ts';

/** Short forms; the soak tries every effect with every fault. */
const LIMIT_MS = 180_000;

test(
  'a command that is killed at any effect of a submission leaves the whole job or none',
  async () => {
    const { struck, failures } = await submitterCampaign('kill', every(2));
    expect(failures).toEqual([]);
    expect(struck).toBeGreaterThan(8);
  },
  LIMIT_MS,
);

test(
  'a full disk at any effect of a submission leaves the whole job or none, and the answer says which',
  async () => {
    const { struck, failures } = await submitterCampaign('enospc', every(3));
    expect(failures).toEqual([]);
    expect(struck).toBeGreaterThan(5);
  },
  LIMIT_MS,
);

test(
  'a supervisor that is killed at any effect is taken over from: each task runs once',
  async () => {
    const { struck, failures } = await supervisorCampaign('kill', every(3));
    expect(failures).toEqual([]);
    expect(struck).toBeGreaterThan(10);
  },
  LIMIT_MS,
);

test(
  'a supervisor that is killed just after an effect or in the middle of a write is taken over from, too',
  async () => {
    const after = await supervisorCampaign('kill-after', every(6, 2));
    const torn = await supervisorCampaign('torn', every(6, 4));
    expect([...after.failures, ...torn.failures]).toEqual([]);
    expect(after.struck + torn.struck).toBeGreaterThan(8);
  },
  LIMIT_MS,
);

test(
  'a supervisor goes on after a full disk: each task runs once',
  async () => {
    const { struck, failures } = await supervisorCampaign('enospc', every(5));
    expect(failures).toEqual([]);
    expect(struck).toBeGreaterThan(5);
  },
  LIMIT_MS,
);

test(
  'supervisors that are killed at random moments lose no task of an array and run none twice',
  async () => {
    // Multiples of the golden ratio: spread evenly, and the same each time.
    let n = 0;
    const spread = (): number => (n++ * 0.618_034) % 1;
    const { failures } = await randomKills(8, 60, spread);
    expect(failures).toEqual([]);
  },
  LIMIT_MS,
);
