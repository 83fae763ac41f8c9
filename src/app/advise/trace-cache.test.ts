import { expect, test } from 'vitest';
import { recordedProject } from '../../../test/support/recorded-project.ts';
import { estimateMemory, keepDryRuns, setupFrom, type DryRun } from '../../advisor/index.ts';
import { withKeptRuns } from './trace-cache.ts';

test('dry runs are kept between commands, and an estimate from what was kept is the same', async () => {
  const { project } = await recordedProject({});
  const found = setupFrom({ model: 'gpt2', batch_size: 2, seq_len: 128, optimizer: 'adamw' }, { ranks: 1 });
  if ('unknown' in found) throw new Error(found.unknown.join());
  const made: string[] = [];
  const estimated = (): Promise<number> =>
    withKeptRuns(project, async () => {
      // What is kept on the host, with each question for it and each new run noted.
      const kept = keepDryRuns(new Map<string, DryRun>());
      keepDryRuns({
        get: (key) => kept.get(key),
        set: (key, run) => {
          made.push(key);
          kept.set(key, run);
        },
      });
      return estimateMemory(found.setup).totalGib;
    });
  const first = await estimated();
  const runs = made.length;
  expect(runs).toBeGreaterThan(0);
  expect(await estimated()).toBe(first);
  expect(made).toHaveLength(runs);
});
