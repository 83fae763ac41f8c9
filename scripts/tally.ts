/**
 * Prints the closing lines of a check, the last of which is "N passed, N failed", and ends with 1 if anything failed or
 * nothing was tested. Before it: what was skipped, what failed and why, and what passed only at a second look.
 *
 *     node scripts/tally.ts [--part NAME REPORT STATUS [--again REPORT]]... [FAILED_STEP ...]
 *     node scripts/tally.ts --second-look REPORT
 *
 * A part is one run of tests: REPORT is what vitest's JSON reporter wrote and STATUS what vitest ended with; `--again`
 * gives the report of a second look at some of its files. Each further argument names a step that failed beside the tests.
 *
 * The second form prints the test files with failures that get a second look, alone, one a line: only files that wait for
 * schedulers, whose queues and clocks a busy machine can make late. Any other failure is final.
 */
import { existsSync, readFileSync } from 'node:fs';
import { WAITING } from './test-files.ts';

interface TestFile {
  /** Its path, absolute. */
  readonly name: string;
  readonly status: string;
  /** Why the file could not be loaded. */
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[];
  }[];
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly TestFile[];
}

interface Part {
  readonly name: string;
  readonly report: Report;
  readonly status: string;
  /** What a second look found, if one was taken. */
  readonly again?: Report;
}

interface Failure {
  readonly file: string;
  /** Absent when the file could not even be loaded. */
  readonly test?: string;
  readonly why: string;
}

/** Of why a test failed, so much is printed. */
const MOST_LINES = 15;

const [first = '', second = '', ...rest] = process.argv.slice(2);
if (first === '--second-look') printFilesForSecondLook(readReport(second));
else tally([first, second, ...rest].filter((word) => word !== ''));

function readReport(path: string): Report {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : { numPassedTests: 0, testResults: [] };
}

function printFilesForSecondLook({ testResults }: Report): void {
  for (const { name, status } of testResults) if (status === 'failed' && WAITING.test(name)) console.log(name);
}

function tally(args: readonly string[]): void {
  const [parts, failedSteps] = takeParts(args);
  const all = parts.map((part) => ({ part, ...judge(part) }));
  const late = all.flatMap(({ part, passedLater }) => passedLater.map((failure) => `${part.name}: ${words(failure)}`));
  const passed = sum(all.map(({ part, passedLater }) => part.report.numPassedTests + passedLater.length));
  const failed = sum(all.map(({ failures, unsaid }) => failures.length + unsaid)) + failedSteps.length;

  for (const { name, report } of parts) for (const line of skippedIn(report)) console.log(`skipped: ${name}: ${line}`);
  for (const { part, failures, unsaid } of all) {
    for (const failure of failures) {
      console.log(`failed: ${part.name}: ${words(failure)}`);
      for (const line of beginningOf(failure.why)) console.log(`    ${line}`);
    }
    if (unsaid > 0) console.log(`failed: ${part.name}: the run ended with ${part.status} and names no test`);
  }
  for (const step of failedSteps) console.log(`failed: ${step}`);
  for (const line of late) console.log(`passed only at a second look, alone: ${line}`);
  if (late.length > 0) console.log(`${late.length} passed only at a second look`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

/** The parts at the beginning of the arguments, and what follows them. */
function takeParts(args: readonly string[]): [parts: Part[], rest: readonly string[]] {
  const [flag, name = '', path = '', status = '', ...more] = args;
  if (flag !== '--part') return [[], args];
  const again = more[0] === '--again' ? readReport(more[1] ?? '') : undefined;
  const [parts, left] = takeParts(more.slice(again === undefined ? 0 : 2));
  const part = { name, report: readReport(path), status, ...(again === undefined ? {} : { again }) };
  return [[part, ...parts], left];
}

interface Judged {
  readonly failures: readonly Failure[];
  readonly passedLater: readonly Failure[];
  /** 1 for a run that failed without saying where, which is a failure too. */
  readonly unsaid: number;
}

function judge({ report, status, again }: Part): Judged {
  const all = failuresOf(report);
  const passedLater = all.filter((failure) => again !== undefined && passedIn(again, failure));
  const failures = all.filter((failure) => !passedLater.includes(failure));
  return { failures, passedLater, unsaid: status !== '0' && all.length === 0 ? 1 : 0 };
}

function words({ file, test = 'the file' }: Failure): string {
  return `${file} > ${test}`;
}

function beginningOf(text: string): string[] {
  return text === '' ? [] : text.split('\n').slice(0, MOST_LINES);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function failuresOf({ testResults }: Report): Failure[] {
  return testResults.flatMap(({ name, status, message = '', assertionResults }): Failure[] => {
    if (status === 'failed' && assertionResults.length === 0) return [{ file: name, why: message }];
    return assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages = [] }) => ({ file: name, test: fullName, why: failureMessages.join('\n') }));
  });
}

/** One line for each file that skipped tests. A test that stands for those that cannot run says why in its name. */
function skippedIn({ testResults }: Report): string[] {
  return testResults.flatMap(({ name, assertionResults }) => {
    const [one, ...others] = assertionResults.filter(({ status }) => status === 'skipped');
    if (one === undefined) return [];
    return `${name} > ${one.fullName}${others.length === 0 ? '' : `, and ${others.length} more`}`;
  });
}

function passedIn({ testResults }: Report, { file, test }: Failure): boolean {
  const found = testResults.find(({ name }) => name === file);
  if (test === undefined) return found?.status === 'passed';
  return found?.assertionResults.some(({ fullName, status }) => fullName === test && status === 'passed') ?? false;
}
