import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const script: string = join(import.meta.dirname, '../scripts/tally.ts');

function tally(report: object | undefined, ...args: readonly string[]): readonly [string, number | null] {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-tally-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'report.json');
  if (report) writeFileSync(path, JSON.stringify(report));
  const { stdout, status } = spawnSync(process.execPath, [script, path, ...args], { encoding: 'utf8' });
  return [stdout.trimEnd(), status];
}

const file = (status: string, tests: number): object => ({ status, assertionResults: Array.from({ length: tests }) });
const clean = { numPassedTests: 7, numFailedTests: 0, testResults: [file('passed', 7)] };

describe('the closing line of a check', () => {
  test('counts the tests that passed', () => {
    expect(tally(clean, '0')).toEqual(['7 passed, 0 failed', 0]);
  });

  test('counts the tests that failed once, though the run of the tests failed too', () => {
    const report = { numPassedTests: 6, numFailedTests: 2, testResults: [file('failed', 8)] };
    expect(tally(report, '1')).toEqual(['6 passed, 2 failed', 1]);
  });

  test('counts a test file that could not be loaded', () => {
    const report = { ...clean, testResults: [file('passed', 7), file('failed', 0)] };
    expect(tally(report, '1')).toEqual(['7 passed, 1 failed', 1]);
  });

  test('counts a run that failed though no test did', () => {
    expect(tally(clean, '1')).toEqual(['7 passed, 1 failed', 1]);
  });

  test('names and counts the other steps that failed', () => {
    expect(tally(clean, '0', 'npm run lint')).toEqual(['failed: npm run lint\n7 passed, 1 failed', 1]);
  });

  test('fails where nothing was tested', () => {
    expect(tally(undefined, '124')).toEqual(['0 passed, 1 failed', 1]);
    expect(tally({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, '0')).toEqual(['0 passed, 0 failed', 1]);
  });
});
