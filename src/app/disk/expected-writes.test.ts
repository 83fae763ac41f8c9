import { describe, expect, test } from 'vitest';
import { ended, recordedProject, started, type Life } from '../../../test/support/recorded-project.ts';
import { expectWrites } from './expected-writes.ts';
import { countRuns, warnOfFullDisk } from './warn-of-full-disk.ts';

const completed: Life = { attempts: { 'train-1': [started(), ended()] } };

describe('what runs will write', () => {
  test('is the median of past runs of the template that completed', async () => {
    const recorded = await recordedProject({
      small: completed,
      middle: completed,
      large: completed,
      failed: { attempts: { 'train-1': [started(), ended(1)] } },
      other: { ...completed, template: 'other' },
      gone: completed,
    });
    const sizes = { small: 1, middle: 20_000, large: 9_000_000, failed: 1, other: 1 };
    for (const [expId, size] of Object.entries(sizes)) recorded.write(`experiments/${expId}/x`, 'x'.repeat(size));
    const planned = [
      { template: 't', runs: 300 },
      { template: 'new', runs: 3 },
    ];
    const [expected, ...others] = await expectWrites(recorded.project, planned);
    expect(others).toEqual([]);
    expect(expected).toMatchObject({ template: 't', runs: 300, past: 3, files: 2 });
    expect(expected?.bytes).toBeGreaterThan(20_000);
    expect(expected?.bytes).toBeLessThan(100_000);
  });

  test('is not known without past runs, and does not worry if there is room', async () => {
    const recorded = await recordedProject({ one: completed, two: { template: 'other' } });
    recorded.write('experiments/one/x', 'x');
    const experiments = ['one', 'two'].flatMap((expId) => recorded.project.store.find(expId) ?? []);
    expect(experiments).toHaveLength(2);
    expect(await expectWrites(recorded.project, [{ template: 'other', runs: 1 }])).toEqual([]);
    expect(await warnOfFullDisk(recorded.project, countRuns(experiments))).toEqual([]);
  });
});
