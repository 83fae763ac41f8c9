import { expect, test } from 'vitest';
import { estimate } from '../../../app/index.ts';
import { estimateAnswer } from './estimate-view.ts';

test('an estimate fits on a terminal of 80 columns, even with the largest micro-batch and the longest verdict', async () => {
  const found = await estimate(undefined, {
    model: 'llama3-8b',
    given: {
      microBatch: 2,
      seqLen: 2048,
      precision: 'bf16',
      gradientCheckpointing: true,
      sharding: { kind: 'fsdp', ranks: 8 },
    },
  });
  const { text } = estimateAnswer(found);
  const shown = text?.({ tty: true, canRedraw: true, width: 80, height: 50, color: false, unicode: true });
  expect(shown).toContain('does not fit, has no bf16');
  expect(shown).toContain('all of it on each GPU, as the driver reports');
  expect(shown).toContain('LARGEST MICRO-BATCH');
  expect(shown).not.toContain('no room for');
  expect(shown?.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
