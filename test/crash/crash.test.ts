import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { campaign, everyNth, examine, LOCAL, makeProject, must, SCENARIOS, sheaf } from './campaign.ts';

/**
 * Every n at first, where the order of effects decides, then each twentieth one. The short soak of `npm run check:full`
 * takes each fifth of every fault; the long one takes all.
 */
const some = (n: number): boolean => n <= 4 || n % 20 === 0;

describe.each(SCENARIOS)('$name', (scenario) => {
  test('a command that is killed at any effect is made whole by the same command again: nothing is lost or runs twice', async () => {
    const { crashes, failures } = await campaign(scenario, 'kill', {
      pick: scenario.each === undefined ? some : everyNth(scenario.each),
    });
    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(3);
  }, 300_000);

  test('a command that meets a full disk at any effect says so, and the same command again makes it whole', async () => {
    const { crashes, failures } = await campaign(scenario, 'enospc', { pick: (n) => n % 20 === 1 });
    expect(failures).toEqual([]);
    expect(crashes).toBeGreaterThan(0);
  }, 300_000);
});

test('what a submit that was killed has not recorded can be renamed and removed, with its folder', async () => {
  const outer = mkdtempSync(join(tmpdir(), 'sheaf-crash-'));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  const folder = makeProject(join(outer, 'project'), LOCAL);
  const isCreated = async (): Promise<boolean> => /"status":"created"/.test(await must(folder, ['list', '--json']));
  let n = 0;
  do {
    // Every n at first, then each sixth one.
    n += n < 6 ? 1 : 6;
    await must(folder, ['new', 't', 'a']);
    await sheaf(folder, ['submit', 'a'], { SHEAF_TEST_FAULT: `kill@${n}` });
    if (!(await isCreated())) break;
    await must(folder, ['rename', 'a', 'b']);
    await must(folder, ['rm', 'b', '--yes']);
    expect(await examine(folder), `kill@${n}`).toBeUndefined();
  } while (n < 100);
  expect(n).toBeGreaterThan(6);
  expect(n).toBeLessThan(100);
  await sheaf(folder, ['cancel', 'a', '--yes']);
  await sheaf(folder, ['wait', 'a']);
}, 300_000);
