import { expect, test } from 'vitest';
import { recordedProject } from '../../../test/support/recorded-project.ts';
import { estimateMemory, readSetup, type TrainingSetup } from '../../advisor/index.ts';
import type { Project } from '../project/project.ts';
import { estimate } from './estimate.ts';
import { withTraceCache } from './trace-cache.ts';

const GPT2 = 'model: gpt2\nbatch_size: 2\nseq_len: 128\noptimizer: adamw\n';

function setupOf(model: string): TrainingSetup {
  const found = readSetup({ model, batch_size: 2, seq_len: 128, optimizer: 'adamw' }, { ranks: 1 });
  if ('unknown' in found) throw new Error(found.unknown.join());
  return found.setup;
}

/** Estimates with the traces that this host keeps. `made` counts those that had to be made. */
function estimateWithCache(project: Project, setup: TrainingSetup): Promise<{ totalGib: number; made: number }> {
  return withTraceCache(project, async (cache) => {
    let made = 0;
    const traces: typeof cache = {
      get: (key) => cache.get(key),
      set: (key, trace) => {
        made += 1;
        cache.set(key, trace);
      },
    };
    const { totalGib } = estimateMemory(setup, { traces });
    return { totalGib, made };
  });
}

test('memory traces are kept between commands, and an estimate from a kept trace is the same', async () => {
  const { project } = await recordedProject({});
  const first = await estimateWithCache(project, setupOf('gpt2'));
  expect(first.made).toBeGreaterThan(0);
  expect(await estimateWithCache(project, setupOf('gpt2'))).toEqual({ totalGib: first.totalGib, made: 0 });
});

test('of two estimates at once, the one that ends last keeps its traces, too', async () => {
  const { project } = await recordedProject({}, { 'templates/small.yaml': `command: python train.py\n${GPT2}` });
  const [failed, estimated] = await Promise.allSettled([
    // Its batch is missing, so it ends while the other one still reads its template.
    estimate(project, { model: 'gpt2' }),
    estimate(project, { template: 'small' }),
  ]);
  expect([failed.status, estimated.status]).toEqual(['rejected', 'fulfilled']);
  expect((await estimateWithCache(project, setupOf('gpt2'))).made).toBe(0);
});
