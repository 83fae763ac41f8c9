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

/** The words for one run of tests. */
function part(name: string, report: object | undefined, status: string, again?: object): readonly string[] {
  const path = (each: object | undefined): string => (each ? written(each) : '/nowhere/report.json');
  return ['--part', name, path(report), status, ...(again === undefined ? [] : ['--again', path(again)])];
}

/** A test file in which those named after its path fail. */
function file(name: string, tests: readonly string[], failing: readonly string[] = []): object {
  return {
    name: `/project/${name}`,
    status: failing.length > 0 || tests.length === 0 ? 'failed' : 'passed',
    assertionResults: tests.map((fullName) => ({ fullName, status: failing.includes(fullName) ? 'failed' : 'passed' })),
  };
}

const clean = { numPassedTests: 2, testResults: [file('a.test.ts', ['x', 'y'])] };
const failing = { numPassedTests: 1, testResults: [file('a.test.ts', ['x', 'y'], ['y'])] };

describe('the closing lines of a check', () => {
  test('count the tests that passed', () => {
    expect(run(...part('npm test', clean, '0'))).toEqual(['2 passed, 0 failed', 0]);
  });

  test('name each test that failed and count it once, though its run failed too', () => {
    expect(run(...part('npm test', failing, '1'))).toEqual([
      'failed: npm test: /project/a.test.ts > y\n1 passed, 1 failed',
      1,
    ]);
  });

  test('say why a test failed, in at most 15 lines', () => {
    const why = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`);
    const assertionResults = [{ fullName: 'x', status: 'failed', failureMessages: [why.join('\n')] }];
    const report = { numPassedTests: 1, testResults: [{ ...file('a.test.ts', ['x'], ['x']), assertionResults }] };
    const lines = why.slice(0, 15).map((line) => `    ${line}`);
    expect(run(...part('npm test', report, '1'))).toEqual([
      ['failed: npm test: /project/a.test.ts > x', ...lines, '1 passed, 1 failed'].join('\n'),
      1,
    ]);
  });

  test('count a test file that could not be loaded, and say why', () => {
    const unloadable = { ...file('b.test.ts', []), message: 'no such module' };
    const report = { ...clean, testResults: [file('a.test.ts', ['x', 'y']), unloadable] };
    expect(run(...part('npm test', report, '1'))).toEqual([
      'failed: npm test: /project/b.test.ts > the file\n    no such module\n2 passed, 1 failed',
      1,
    ]);
  });

  test('count a run that failed though no test did, and one that left no report', () => {
    const said = 'failed: npm test: the run ended with 1 and names no test';
    expect(run(...part('npm test', clean, '1'))).toEqual([`${said}\n2 passed, 1 failed`, 1]);
    expect(run(...part('npm test', undefined, '1'))).toEqual([`${said}\n0 passed, 1 failed`, 1]);
  });

  test('name and count the other steps that failed', () => {
    expect(run(...part('npm test', clean, '0'), 'npm run lint')).toEqual([
      'failed: npm run lint\n2 passed, 1 failed',
      1,
    ]);
    expect(run('npm ci')).toEqual(['failed: npm ci\n0 passed, 1 failed', 1]);
  });

  test('name the files that skipped tests', () => {
    const skips = {
      name: '/project/b.test.ts',
      status: 'passed',
      assertionResults: ['not run: no Slurm', 'x'].map((fullName) => ({ fullName, status: 'skipped' })),
    };
    expect(run(...part('npm test', { ...clean, testResults: [...clean.testResults, skips] }, '0'))).toEqual([
      'skipped: npm test: /project/b.test.ts > not run: no Slurm, and 1 more\n2 passed, 0 failed',
      0,
    ]);
  });

  test('fail the check if nothing was tested', () => {
    expect(run(...part('npm test', { numPassedTests: 0, testResults: [] }, '0'))).toEqual(['0 passed, 0 failed', 1]);
    expect(run()).toEqual(['0 passed, 0 failed', 1]);
  });

  test('add up the parts', () => {
    const parts = [part('npm test', clean, '0'), part('Node v22', clean, '0'), part('an ordinary user', failing, '1')];
    expect(run(...parts.flat(), 'npm run lint')).toEqual([
      'failed: an ordinary user: /project/a.test.ts > y\nfailed: npm run lint\n5 passed, 2 failed',
      1,
    ]);
  });
});

describe('a second look', () => {
  test('is for files that wait for schedulers, and for no others', () => {
    const report = {
      ...failing,
      testResults: [
        file('test/scheduler/a.test.ts', ['x'], ['x']),
        file('test/scheduler/b.test.ts', ['x']),
        file('test/survive/c.test.ts', []),
        file('test/crash/d.test.ts', ['x'], ['x']),
        file('test/cli/e.test.ts', ['x'], ['x']),
        file('src/store/f.test.ts', []),
      ],
    };
    expect(run('--second-look', written(report))).toEqual([
      '/project/test/scheduler/a.test.ts\n/project/test/survive/c.test.ts',
      0,
    ]);
    expect(run('--second-look', written(clean))).toEqual(['', 0]);
  });

  test('makes a failure a pass, which is named and counted, in each part', () => {
    const parts = [part('npm test', failing, '1', clean), part('an ordinary user', failing, '1', clean)];
    expect(run(...parts.flat(), 'npm run lint')).toEqual([
      `failed: npm run lint
passed only at a second look, alone: npm test: /project/a.test.ts > y
passed only at a second look, alone: an ordinary user: /project/a.test.ts > y
2 passed only at a second look
4 passed, 1 failed`,
      1,
    ]);
    expect(run(...part('npm test', failing, '1', clean))[1]).toBe(0);
  });

  test('changes nothing if the test fails again, or the second look leaves no report', () => {
    const said = 'failed: npm test: /project/a.test.ts > y\n1 passed, 1 failed';
    expect(run(...part('npm test', failing, '1', failing))).toEqual([said, 1]);
    expect(run(...part('npm test', failing, '1'), '--again', '/nowhere/report.json')[1]).toBe(1);
  });
});
