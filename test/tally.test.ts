import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const script: string = join(import.meta.dirname, '../scripts/tally.ts');

function written(report: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-tally-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  return path;
}

function run(...args: readonly string[]): readonly [string, number | null] {
  const { stdout, status } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', cwd: '/' });
  return [stdout.trimEnd(), status];
}

function tally(report: object | undefined, ...args: readonly string[]): readonly [string, number | null] {
  return run(report ? written(report) : '/nowhere/report.json', ...args);
}

/** A test file in which those named after its path fail. */
function file(name: string, tests: readonly string[], failing: readonly string[] = []): object {
  return {
    name: `/project/${name}`,
    status: failing.length > 0 || tests.length === 0 ? 'failed' : 'passed',
    assertionResults: tests.map((fullName) => ({ fullName, status: failing.includes(fullName) ? 'failed' : 'passed' })),
  };
}

const clean = { numPassedTests: 2, numFailedTests: 0, testResults: [file('a.test.ts', ['x', 'y'])] };
const failing = {
  numPassedTests: 1,
  numFailedTests: 1,
  testResults: [file('a.test.ts', ['x', 'y'], ['y'])],
};

describe('the closing line of a check', () => {
  test('counts the tests that passed', () => {
    expect(tally(clean, '0')).toEqual(['2 passed, 0 failed', 0]);
  });

  test('counts the tests that failed once, though the run of the tests failed too', () => {
    expect(tally(failing, '1')).toEqual(['1 passed, 1 failed', 1]);
  });

  test('counts a test file that could not be loaded', () => {
    const report = { ...clean, testResults: [file('a.test.ts', ['x', 'y']), file('b.test.ts', [])] };
    expect(tally(report, '1')).toEqual(['2 passed, 1 failed', 1]);
  });

  test('counts a run that failed though no test did', () => {
    expect(tally(clean, '1')).toEqual(['2 passed, 1 failed', 1]);
  });

  test('names and counts the other steps that failed', () => {
    expect(tally(clean, '0', 'npm run lint')).toEqual(['failed: npm run lint\n2 passed, 1 failed', 1]);
  });

  test('fails where nothing was tested', () => {
    expect(tally(undefined, '124')).toEqual(['0 passed, 1 failed', 1]);
    expect(tally({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, '0')).toEqual(['0 passed, 0 failed', 1]);
  });
});

describe('a further part', () => {
  const part = (name: string, report: object, status: string): readonly string[] => [
    '--part',
    name,
    written(report),
    status,
  ];

  test('is counted with the rest, and its failures are named', () => {
    const parts = [...part('Node v22', clean, '0'), ...part('an ordinary user', failing, '1')];
    expect(tally(clean, '0', ...parts, 'npm run lint')).toEqual([
      'failed with an ordinary user: /project/a.test.ts > y\nfailed: npm run lint\n5 passed, 2 failed',
      1,
    ]);
    expect(tally(failing, '1', '--again', written(clean), '0', ...part('Node v22', clean, '0'))[1]).toBe(0);
  });

  test('that left no report is a failure', () => {
    expect(tally(clean, '0', '--part', 'Node v22', '/nowhere/report.json', '124')).toEqual(['2 passed, 1 failed', 1]);
  });
});

describe('a second look', () => {
  test('is taken at files with failures, but never where a crash on purpose went wrong', () => {
    const report = {
      ...failing,
      testResults: [
        file('a.test.ts', ['x'], ['x']),
        file('b.test.ts', ['x']),
        file('test/crash/c.test.ts', ['x'], ['x']),
        file('d.test.ts', []),
      ],
    };
    expect(run('--unsteady', written(report))).toEqual(['project/a.test.ts project/d.test.ts', 0]);
    expect(run('--unsteady', written(clean))).toEqual(['', 0]);
  });

  test('makes a failure a pass, which is told by name', () => {
    expect(tally(failing, '1', '--again', written(clean), '0', 'npm run lint')).toEqual([
      'passed only at a second look, alone: /project/a.test.ts > y\nfailed: npm run lint\n2 passed, 1 failed',
      1,
    ]);
    expect(tally(failing, '1', '--again', written(clean), '0')[1]).toBe(0);
  });

  test('changes nothing where it fails again, or does not say', () => {
    expect(tally(failing, '1', '--again', written(failing), '1')).toEqual(['1 passed, 1 failed', 1]);
    expect(tally(failing, '1', '--again', '/nowhere/report.json', '1')).toEqual(['1 passed, 1 failed', 1]);
  });
});
