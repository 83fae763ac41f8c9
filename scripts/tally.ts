/**
 * Prints the closing line of a check, "N passed, N failed", and ends with 1 if anything failed or nothing was tested.
 *
 *     node scripts/tally.ts REPORT STATUS [--again REPORT STATUS] [FAILED_STEP ...]
 *     node scripts/tally.ts --unsteady REPORT
 *
 * REPORT is what vitest's JSON reporter wrote and STATUS what vitest ended with; each further argument names a step
 * that failed beside the tests. The second form prints the test files with failures that are worth a second look, alone:
 * programs, queues and clocks of a busy machine may have been late. A failure after a crash on purpose is none of these: it
 * happens once in a thousand, and is what these tests are there to find.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

interface TestFile {
  /** Its path, absolute. */
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly TestFile[];
}

const [first = '', ...rest] = process.argv.slice(2);
if (first === '--unsteady') console.log(unsteadyFiles(readReport(rest[0] ?? '')).join(' '));
else tally(readReport(first), rest);

function readReport(path: string): Report {
  return existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Report)
    : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
}

function unsteadyFiles({ testResults }: Report): string[] {
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(process.cwd(), name))
    .filter((name) => !name.includes('crash'));
}

function tally(report: Report, args: readonly string[]): void {
  const [status = ''] = args;
  const hasAgain = args[1] === '--again';
  const again = hasAgain ? readReport(args[2] ?? '') : undefined;
  const failedSteps = args.slice(hasAgain ? 4 : 1);
  const failures = failuresOf(report);
  const better = failures.filter(({ file, test }) => again && passedIn(again, file, test));
  const left = failures.length - better.length;
  // A run that failed without saying where is a failure too.
  const unsaid = status !== '0' && failures.length === 0 ? 1 : 0;
  const failed = left + unsaid + failedSteps.length;
  const passed = report.numPassedTests + better.length;

  for (const { file, test } of better)
    console.log(`passed only at a second look, alone: ${file} > ${test ?? 'the file'}`);
  for (const step of failedSteps) console.log(`failed: ${step}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

interface Failure {
  readonly file: string;
  /** Absent when the file could not even be loaded. */
  readonly test?: string;
}

function failuresOf({ testResults }: Report): Failure[] {
  return testResults.flatMap(({ name, status, assertionResults }): Failure[] => {
    if (status === 'failed' && assertionResults.length === 0) return [{ file: name }];
    return assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName }) => ({ file: name, test: fullName }));
  });
}

function passedIn({ testResults }: Report, file: string, test: string | undefined): boolean {
  const found = testResults.find(({ name }) => name === file);
  if (test === undefined) return found?.status === 'passed';
  return found?.assertionResults.some(({ fullName, status }) => fullName === test && status === 'passed') ?? false;
}
