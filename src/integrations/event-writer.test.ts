import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/project-folder.ts';
import { readTrackedFolder } from '../../test/support/read-tracked.ts';
import type { Series } from '../core/experiment/series.ts';
import { tensorboard } from '../harvest/trackers/tensorboard.ts';
import { buildEventFile } from './event-writer.ts';

test('what is written for TensorBoard is what its files are read as', async () => {
  const points = fc.array(
    fc.record({
      step: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      value: fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, -0)),
      time: fc.oneof(fc.integer({ min: 0, max: 2e9 }), fc.constant(NaN)),
    }),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), points), async (metrics) => {
      const folder = temporaryFolder();
      const series = new Map(Object.entries(metrics).map(([name, all]) => [name, seriesOf(all)]));
      writeFileSync(join(folder, 'events.out.tfevents.1.sheaf'), buildEventFile(series, 7));
      const read = await readTrackedFolder(tensorboard, folder);
      expect(read.notes).toEqual([]);
      expect([...read.series].map(([name, { points: found }]) => [name, found])).toEqual(
        [...series].map(([name, { steps, values, times }]) => [
          name,
          { steps, values, times: times.map((time) => (Number.isNaN(time) ? 7 : time)) },
        ]),
      );
    }),
    { numRuns: 50 },
  );
});

function seriesOf(points: readonly { step: number; value: number; time: number }[]): Series {
  const ordered = points.toSorted((a, b) => a.step - b.step);
  return {
    steps: Float64Array.from(ordered, ({ step }) => step),
    values: Float64Array.from(ordered, ({ value }) => value),
    times: Float64Array.from(ordered, ({ time }) => time),
  };
}
