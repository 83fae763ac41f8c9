import { describe, expect, onTestFinished, test } from 'vitest';
import { formatLocalTime, parseTimeMs } from './times.ts';

const zones: readonly string[] = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];

function inTimeZone(zone: string): void {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
}

describe.each(zones)('times of Slurm, in the time zone %s', (zone) => {
  test('seconds since 1970 are what they are', () => {
    inTimeZone(zone);
    expect(parseTimeMs('1795489627')).toBe(1_795_489_627_000);
  });

  test('a time without a zone is local', () => {
    inTimeZone(zone);
    const ms = Date.UTC(2026, 10, 24, 3, 7, 7);
    const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
    expect(parseTimeMs('2026-11-24T03:07:07')).toBe(ms + offsetMs);
  });

  test('a time given to sacct is read back unchanged, in winter and in summer', () => {
    inTimeZone(zone);
    for (const ms of [Date.UTC(2026, 0, 5, 1, 2, 3), Date.UTC(2026, 6, 5, 23, 59, 59)]) {
      expect(formatLocalTime(ms)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      expect(parseTimeMs(formatLocalTime(ms))).toBe(ms);
    }
  });
});

test('a time zone has an effect', () => {
  inTimeZone('America/New_York');
  expect(parseTimeMs('2026-11-23T22:07:07')).toBe(1_795_489_627_000);
  expect(formatLocalTime(1_795_489_627_000)).toBe('2026-11-23T22:07:07');
});

test('words for "no time" are not times', () => {
  for (const text of ['Unknown', 'N/A', 'None', '', '(null)', 'n/a', 'INVALID', 'NOT_SET', '0', '2026-11-23']) {
    expect(parseTimeMs(text)).toBeUndefined();
  }
  expect(parseTimeMs('2026-13-45T99:99:99')).toBeUndefined();
});
