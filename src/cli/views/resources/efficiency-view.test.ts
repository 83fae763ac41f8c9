import { expect, test } from 'vitest';
import { computeEfficiency, type PastRun } from '../../../advisor/index.ts';
import { efficiencyAnswer } from './efficiency-view.ts';
import type { Screen } from '../../shell/terminal.ts';

const PIPE: Screen = { tty: false, canRedraw: false, width: Infinity, height: Infinity, color: false, unicode: true };
const TERMINAL: Screen = { tty: true, canRedraw: true, width: 80, height: 24, color: false, unicode: true };

function run(expId: string, more: Partial<PastRun> = {}): PastRun {
  return {
    expId,
    stage: 'train',
    n: 1,
    template: 'resnet',
    sweep: 'lrs',
    params: {},
    resources: { time_limit: '24:00:00', mem: '64G', num_gpus: 1 },
    status: 'completed',
    startedMs: 0,
    endedMs: 3 * 3_600_000,
    gpus: 1,
    gpuName: 'NVIDIA A100-SXM4-80GB',
    nodes: 1,
    cpus: 8,
    usage: {
      source: 'monitor',
      samples: 360,
      cpuS: 2 * 10_800,
      peakHostMib: 10_240,
      peakGpuGib: 60,
      gpuTotalGib: 80,
      gpuUtil: 0.5,
      gpuUtils: [0.5],
    },
    ...more,
  };
}

function text(runs: readonly PastRun[], screen: Screen = PIPE, notRun: readonly string[] = []): string {
  const answer = efficiencyAnswer({ groups: computeEfficiency(runs).groups, runs: runs.length, notRun, warnings: [] });
  return answer.text?.(screen) ?? '';
}

test('a run has a line for each resource, with its share and both numbers, then what to request', () => {
  expect(text([run('a')]).split('\n')).toEqual([
    'a, train-1: completed, 1 × NVIDIA A100-SXM4-80GB',
    '  GPU          50 %  0.50 of 1 GPU at work',
    '  GPU memory   76 %  60 GiB of 79 GiB of a GPU',
    '  CPU          25 %  2 of 8 cores at work',
    '  memory       16 %  10 GiB of 64 GiB',
    '  time         13 %  3h 00m of 1d 00h',
    '  wasted             1.5 of 3 GPU hours',
    '  → --set time_limit=04:30:00  instead of 1d 00h: shorter limits start earlier, from one run (3h 00m)',
    '  → --set mem=12G  instead of 64 GiB of a node, from the highest peak of 1 run (10 GiB)',
    '',
  ]);
});

test('an unknown resource has no line, and a note says so', () => {
  const { usage: _usage, ...blind } = run('a');
  const shown = text([blind]);
  expect(shown).not.toMatch(/CPU|memory +\d/);
  expect(shown).toContain('  wasted         unknown, of 3 GPU hours\n');
  expect(shown).toContain('  what it used is not known: neither the monitor nor accounting has it\n');
});

test('a positive number is never shown as zero', () => {
  const { usage: _usage, ...blind } = run('a');
  const brief = { ...blind, startedMs: blind.endedMs - 2_000 };
  expect(text([brief])).toContain('  wasted         unknown, of < 0.01 GPU hours\n');
});

test('several runs of a sweep are one entry, with the number of runs that each remark is about', () => {
  const { usage: _usage, ...blind } = run('b');
  const shown = text([run('a'), blind]);
  expect(shown).toContain('sweep lrs, train: 2 runs\n');
  expect(shown).toContain('  1 of 2 runs: what it used is not known');
  expect(shown).toContain('1.5 of 6 GPU hours, known for 1 of 2 runs');
});

test('many groups are a table, then their suggestions; on a terminal no line is too long', () => {
  const runs = ['t1', 't2', 't3', 't4', 't5'].map((template) => run(template, { template, sweep: template }));
  expect(
    text([...runs, ...runs])
      .split('\n')
      .slice(0, 2),
  ).toEqual([
    'group\truns\tgpu\tgpu_memory\tcpu\tmemory\ttime\tgpu_hours_wasted',
    'sweep t1, train\t2\t50 %\t76 %\t25 %\t16 %\t13 %\t3',
  ]);
  for (const line of text([...runs, ...runs], TERMINAL).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('the report says if no run has ended', () => {
  expect(text([])).toBe('no run has ended yet\n');
  expect(text([], PIPE, ['a'])).toBe('no run has ended yet of a\n');
  expect(text([run('b')], PIPE, ['a'])).toMatch(/\nno run has ended yet of a\n$/);
});
