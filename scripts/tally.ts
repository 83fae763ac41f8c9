/**
 * Prints the closing line of a check, "N passed, N failed", and ends with 1 if anything failed or nothing was tested.
 *
 *     node scripts/tally.ts REPORT STATUS [--again REPORT STATUS] [--part NAME REPORT STATUS] ... [FAILED_STEP ...]
 *     node scripts/tally.ts --unsteady REPORT
 *
 * REPORT is what vitest's JSON reporter wrote and STATUS what vitest ended with. A part is another run of tests, which is
 * counted with the first one. Each further argument names a step that failed beside the tests. The second form prints the test files with failures that are worth a second look, alone:
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

function tally(report: Report, [status = '', ...args]: readonly string[]): void {
  const again = args[0] === '--again' ? readReport(args[1] ?? '') : undefined;
  const [parts, failedSteps] = takeParts(args.slice(again === undefined ? 0 : 3));
  const failures = failuresOf(report);
  const better = failures.filter(({ file, test }) => again && passedIn(again, file, test));
  const inParts = parts.flatMap((part) => failuresOf(part.report).map((failure) => ({ ...failure, part: part.name })));
  const left = failures.length - better.length + inParts.length;
  const failed =
    left + unsaid(report, status) + sum(parts.map((part) => unsaid(part.report, part.status))) + failedSteps.length;
  const passed = report.numPassedTests + better.length + sum(parts.map((part) => part.report.numPassedTests));

  for (const { part, file, test } of inParts) console.log(`failed with ${part}: ${file} > ${test ?? 'the file'}`);
  for (const { file, test } of better)
    console.log(`passed only at a second look, alone: ${file} > ${test ?? 'the file'}`);
  for (const step of failedSteps) console.log(`failed: ${step}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

interface Part {
  readonly name: string;
  readonly report: Report;
  readonly status: string;
}

/** The parts at the beginning of the arguments, and what follows them. */
function takeParts(args: readonly string[]): [parts: Part[], rest: readonly string[]] {
  const [flag, name = '', path = '', status = '', ...more] = args;
  if (flag !== '--part') return [[], args];
  const [parts, rest] = takeParts(more);
  return [[{ name, report: readReport(path), status }, ...parts], rest];
}

/** 1 for a run that failed without saying where, which is a failure too. */
function unsaid(report: Report, status: string): number {
  return status !== '0' && failuresOf(report).length === 0 ? 1 : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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
