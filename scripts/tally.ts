/**
 * Prints the closing line of a check, "N passed, N failed", and ends with 1 if anything failed or nothing was tested.
 *
 *     node scripts/tally.ts REPORT STATUS [FAILED_STEP ...]
 *
 * REPORT is what vitest's JSON reporter wrote and STATUS what vitest ended with; each further argument names a step
 * that failed beside the tests.
 */
import { existsSync, readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** One for each test file. */
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const [path = '', status = '', ...failedSteps] = process.argv.slice(2);
const report: Report = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as Report)
  : { numPassedTests: 0, numFailedTests: 0, testResults: [] };

/** Files that could not even be loaded count as one failure each, and so does a run that failed without saying where. */
const unread = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
const failedTests = Math.max(report.numFailedTests + unread.length, status === '0' ? 0 : 1);
const failed = failedTests + failedSteps.length;

for (const step of failedSteps) console.log(`failed: ${step}`);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 && report.numPassedTests > 0 ? 0 : 1;
