import { expect, test } from 'vitest';
import { readChartSettings, writeRange } from './chart-settings.ts';
import { cutSections, groupMetrics } from './metric-sections.ts';

const NAMES = ['train/loss', 'lr', 'val/acc', 'train/acc', 'val/a/b'];

test('metrics are grouped by what is before the slash, after the pinned ones', () => {
  expect(groupMetrics(NAMES, ['val/acc'], '')).toEqual([
    { title: 'Pinned', names: ['val/acc'] },
    { title: 'Metrics', names: ['lr'] },
    { title: 'train', names: ['train/loss', 'train/acc'] },
    { title: 'val', names: ['val/a/b'] },
  ]);
});

test('a search leaves the sections that have what it looks for, and the number of drawn metrics is limited', () => {
  const found = groupMetrics(NAMES, [], 'ACC');
  expect(found).toEqual([
    { title: 'val', names: ['val/acc'] },
    { title: 'train', names: ['train/acc'] },
  ]);
  expect(cutSections(found, 1)).toEqual([{ title: 'val', names: ['val/acc'] }]);
});

test('the part that was zoomed to goes through the address in whole steps, and a wrong one counts as left out', () => {
  const settings = (range: Parameters<typeof writeRange>[0]): URLSearchParams => {
    const { from = '', to = '' } = writeRange(range);
    return new URLSearchParams({ from, to, x: 'time', y: 'log', z: '0.6', clip: 'on' });
  };
  expect(readChartSettings(settings({ from: 10.7, to: 10.9 }))).toEqual({
    search: '',
    x: 'time',
    scale: 'log',
    isRobust: true,
    smoothing: 0.6,
    hasEnvelope: true,
    hasSystem: false,
    range: { from: 10, to: 11 },
  });
  expect(readChartSettings(settings(undefined)).range).toBeUndefined();
  expect(readChartSettings(new URLSearchParams('from=9&to=3')).range).toBeUndefined();
});
