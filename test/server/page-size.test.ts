import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measurePageSizes, webFolder } from '../support/page-sizes.ts';

test('the page stays small: 220 KB compressed before the first page is shown, and 360 KB in all', () => {
  const { first, all } = measurePageSizes();
  expect(first.size).toBeGreaterThan(3);
  for (const [page, bytes] of first) expect(bytes, page).toBeLessThanOrEqual(220_000);
  expect(all).toBeLessThanOrEqual(360_000);
});

test('what a report is made of stays small: 400 KB in each file, before its data', () => {
  const sizes = ['report.js', 'report.css', 'report-licenses.txt'].map((name) => statSync(join(webFolder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(400_000);
});

test('the notices of what the page contains come with it', () => {
  const notices = readFileSync(join(webFolder, 'LICENSES.txt'), 'utf8');
  for (const name of ['react', 'react-dom', '@tanstack/query-core', 'wouter']) expect(notices).toContain(name);
});
