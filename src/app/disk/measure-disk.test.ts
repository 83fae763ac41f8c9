import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ended,
  recordedProject,
  started,
  type Life,
  type RecordedProject,
} from '../../../test/support/recorded-project.ts';
import { measureDisk } from './measure-disk.ts';

const completed: Life = { attempts: { 'train-1': [started(), ended()] } };

/** What `du` and `find` count in the folder of experiments and in `.sheaf`, together: a file with two names once. */
function counted({ project: { root } }: RecordedProject): { bytes: number; inodes: number } {
  const folders = ['experiments', '.sheaf'];
  const du = execFileSync('du', ['-sc', '--block-size=1', ...folders], { cwd: root, encoding: 'utf8' });
  const inodes = execFileSync('du', ['-sc', '--inodes', ...folders], { cwd: root, encoding: 'utf8' });
  const total = (text: string): number => Number(/(\d+)\ttotal/.exec(text)?.[1]);
  return { bytes: total(du), inodes: total(inodes) };
}

async function measured(recorded: RecordedProject, ...rest: [Parameters<typeof measureDisk>[1]?]) {
  const report = await measureDisk(recorded.project, ...rest);
  const { total, local } = report;
  return { ...report, counted: { bytes: total.bytes - local.bytes, inodes: total.inodes - local.inodes } };
}

describe('what files take', () => {
  test('is what du counts: sparse files, hard links, links and names with line breaks', async () => {
    const recorded = await recordedProject({ one: completed, two: completed, three: completed });
    const at = (path: string): string => join(recorded.project.root, 'experiments', path);
    recorded.write('experiments/one/attempts/train-1/out.log', 'x'.repeat(10_000));
    recorded.write('experiments/one/attempts/train-1/sparse.bin', 'x');
    truncateSync(at('one/attempts/train-1/sparse.bin'), 2 ** 40);
    recorded.write('experiments/two/attempts/train-1/a\nb/w.pt', 'x'.repeat(50_000));
    linkSync(at('two/attempts/train-1/a\nb/w.pt'), at('two/attempts/train-1/best.pt'));
    mkdirSync(at('three'));
    linkSync(at('two/attempts/train-1/best.pt'), at('three/start.pt'));
    symlinkSync('/', at('three/root'));
    writeFileSync(Buffer.concat([Buffer.from(`${at('three')}/`), Buffer.from([0xff, 0xfe])]), 'x'.repeat(9_000));
    recorded.write('experiments/README', 'of nobody');
    const found = await measured(recorded);
    expect(found.counted).toEqual(counted(recorded));
    expect(found.experiments.count).toBe(3);
    expect(found.kinds.logs.inodes).toBe(1);
    expect(found.skipped).toEqual([]);
  });

  test('is summed up by sweep and template, the largest first', async () => {
    const recorded = await recordedProject({
      a1: { ...completed, sweep: 's' },
      a2: { ...completed, sweep: 's', template: 'other' },
      b: completed,
    });
    for (const expId of ['a1', 'a2', 'b']) recorded.write(`experiments/${expId}/x.bin`, 'x'.repeat(20_000));
    const bySweep = (await measured(recorded, { by: 'sweep' })).groups?.rows;
    expect(bySweep?.map(({ name, experiments, inodes }) => [name, experiments, inodes])).toEqual([
      ['s', 2, 4],
      [undefined, 1, 2],
    ]);
    const byTemplate = (await measured(recorded, { by: 'template' })).groups?.rows;
    expect(byTemplate?.map(({ name, experiments }) => [name, experiments])).toEqual([
      ['t', 2],
      ['other', 1],
    ]);
    expect((await measured(recorded, { by: 'kind' })).groups?.rows[0]?.name).toBe('other');
  });

  test('is nothing without a folder of experiments, and can be interrupted', async () => {
    const recorded = await recordedProject();
    expect((await measured(recorded)).experiments).toEqual({ bytes: 0, inodes: 0, count: 0 });
    const measuring = measureDisk(recorded.project, {}, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(measuring).rejects.toThrow('enough');
  });
});
