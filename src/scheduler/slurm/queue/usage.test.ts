import { describe, expect, test } from 'vitest';
import { recordedSlurm } from '../../../../test/support/recorded-slurm.ts';
import { asToken } from '../../../core/ids.ts';
import type { TaskRef } from '../../scheduler.ts';
import { askUsage, parseCpuSeconds, parseUsages } from './usage.ts';

const SEPARATOR = '\u001f';
const MIB = 2 ** 20;

function task(id: string, index?: number): TaskRef {
  const job = { scheduler: 'slurm:lab', id, uid: 1, submittedMs: 0 };
  return { job, token: asToken('s-train-abcdefgh2345'), ...(index === undefined ? {} : { index }) };
}

/** A row as `sacct` prints it: id, name, elapsed, TotalCPU, CPUs, nodes, tasks, MaxRSS, in total, mean, most, given, partition. */
function row(...cells: readonly string[]): string {
  return cells.join(SEPARATOR);
}

const NAME = 's-train-abcdefgh2345';

describe('one question for what jobs used', () => {
  test('a job with a step: CPU time of the job, memory of its batch script and of its largest step', () => {
    const text = [
      row('12', NAME, '26', '00:09.309', '2', '1', '', '', '', '', '', 'billing=2,cpu=2,mem=500M,node=1', 'cpu'),
      row(
        '12.batch',
        'batch',
        '26',
        '00:01.000',
        '2',
        '1',
        '1',
        `${10 * MIB}`,
        `cpu=00:00:01,mem=${10 * MIB}`,
        '',
        '',
        'cpu=2',
        '',
      ),
      row('12.extern', 'extern', '26', '00:00.001', '2', '1', '1', '0', 'cpu=00:00:00,mem=0', '', '', 'cpu=2', ''),
      row(
        '12.0',
        'python3',
        '20',
        '00:08.308',
        '2',
        '1',
        '2',
        `${100 * MIB}`,
        `cpu=00:00:08,mem=${190 * MIB}`,
        '',
        '',
        'cpu=2',
        '',
      ),
    ].join('\n');
    expect(parseUsages(text, [task('12')])).toEqual([
      { token: NAME, elapsedS: 26, cpuS: 9.309, cpus: 2, nodes: 1, peakHostMib: 200, partition: 'cpu' },
    ]);
  });

  test('of more nodes memory is that of one of them', () => {
    const text = [
      row('12', NAME, '26', '00:09.000', '8', '4', '', '', '', '', '', 'cpu=8,node=4', 'cpu'),
      row('12.0', 'x', '20', '00:09.000', '8', '4', '8', `${100 * MIB}`, `mem=${600 * MIB}`, '', '', 'cpu=8', ''),
    ].join('\n');
    expect(parseUsages(text, [task('12')])).toMatchObject([{ nodes: 4, peakHostMib: 200 }]);
  });

  test('tasks of an array are told apart, and a job of another name is not ours', () => {
    const text = [
      row('12_0', NAME, '10', '00:01.000', '1', '1', '', '', '', '', '', 'cpu=1', 'cpu'),
      row('12_0.batch', 'batch', '10', '00:01.000', '1', '1', '1', '170484K', '', '', '', '', ''),
      row('12_1', NAME, '10', '01:00:02', '1', '1', '', '', '', '', '', 'cpu=1', 'cpu'),
      row('12_1.batch', 'batch', '10', '01:00:02', '1', '1', '1', '', '', '', '', '', ''),
      row('13', 'another', '10', '00:01.000', '1', '1', '', '', '', '', '', 'cpu=1', 'cpu'),
    ].join('\n');
    expect(parseUsages(text, [task('12', 0), task('12', 1), task('13'), task('14')])).toEqual([
      {
        token: NAME,
        index: 0,
        elapsedS: 10,
        cpuS: 1,
        cpus: 1,
        nodes: 1,
        peakHostMib: 170_484 / 1024,
        partition: 'cpu',
      },
      { token: NAME, index: 1, elapsedS: 10, cpuS: 3602, cpus: 1, nodes: 1, partition: 'cpu' },
    ]);
  });

  test('use and memory of a GPU are known of jobs with one, where the site records them', () => {
    const job = (gpus: number): string =>
      [
        row(
          '12',
          NAME,
          '100',
          '01:00.000',
          '1',
          '1',
          '',
          '',
          '',
          '',
          '',
          `cpu=1,gres/gpu=${gpus},gres/gpu:a100=${gpus}`,
          'a100',
        ),
        row(
          '12.batch',
          'batch',
          '100',
          '01:00.000',
          '1',
          '1',
          '1',
          '1024K',
          'mem=1M',
          'gres/gpuutil=57,gres/gpumem=1024M',
          `gres/gpumem=${30 * 2 ** 30},gres/gpuutil=99`,
          '',
          '',
        ),
      ].join('\n');
    expect(parseUsages(job(1), [task('12')])).toMatchObject([{ gpuUtil: 0.57, peakGpuGib: 30 }]);
    const [two] = parseUsages(job(2), [task('12')]);
    expect(two).not.toHaveProperty('gpuUtil');
    expect(two).not.toHaveProperty('peakGpuGib');
  });

  test('what was never sampled is absent, not zero', () => {
    const text = row('12', NAME, '1', '00:00:00', '1', '1', '', '', '', '', '', 'cpu=1', 'cpu');
    expect(parseUsages(`${text}\nsacct: error\n`, [task('12')])).toEqual([
      { token: NAME, elapsedS: 1, cpus: 1, nodes: 1, partition: 'cpu' },
    ]);
  });
});

test('of more jobs than one word of a command can name, all of the user are asked for', async () => {
  const asked = async (jobs: number): Promise<string> => {
    const slurm = recordedSlurm();
    await askUsage(
      slurm,
      Array.from({ length: jobs }, (_, i) => task(String(1_000_000 + i))),
    );
    return slurm.asked.join();
  };
  expect(await asked(2)).toMatch(/ -E now -j 1000000,1000001$/);
  // 128 KiB on Linux, and 8 characters an id.
  expect(await asked(20_000)).toMatch(/ -E now -u \d+$/);
});

test.each([
  ['00:09.309', 9.309],
  ['10:00', 600],
  ['01:00:02', 3602],
  ['2-03:00:00', 2 * 86_400 + 3 * 3_600],
  ['', undefined],
  ['INVALID', undefined],
])('%j are %s seconds of CPU', (text, seconds) => {
  expect(parseCpuSeconds(text)).toBe(seconds);
});
