import { formatCount, groupDigits } from './phrases.ts';

/** What is known where a number is missing, by the causes of `export` and of groups. */
const CLAUSES: { readonly [cause: string]: string } = {
  not_run: 'the experiment has not run',
  queued: 'the experiment is queued',
  running: 'the experiment is running',
  not_harvested: 'the results have not been read',
  no_rule: 'the template has no rule for the metric',
  null: 'the program wrote null',
  nan: 'the value is NaN',
  inf: 'the value is infinite',
  '-inf': 'the value is minus infinity',
  no_file: 'the file is missing',
  several_files: 'several files fit the rule',
  no_match: 'nothing matches the rule',
  no_column: 'the column is missing',
  no_key: 'the key is missing',
  not_a_number: 'the value is not a number',
  empty: 'the file is empty',
  unreadable: 'the file cannot be read',
  bad_file: 'the file is invalid',
  too_slow: 'the rule took too long',
  no_value: 'there is no value',
  failed: 'the results could not be read',
};

/** `3 cells have no number: in 2 the experiment is queued, in 1 the value is NaN`; empty if none lacks one. */
export function describeEmptyCells(counts: { readonly [cause: string]: number }): string {
  const causes = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  const total = causes.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '';
  const reasons = causes.map(([cause, count]) => `in ${groupDigits(count)} ${CLAUSES[cause] ?? writeCause(cause)}`);
  return `${formatCount(total, 'cell has', 'cells have')} no number: ${reasons.join(', ')}`;
}

/** `2 completed experiments have unread results`: of those whose templates say what to read. */
export function describeUnread(count: number): string {
  return `${formatCount(count, 'completed experiment has', 'completed experiments have')} unread results`;
}

/** `2 not read, 1 queued`: how many runs of a group have no number. */
export function listCauses(counts: { readonly [cause: string]: number }): string[] {
  return Object.entries(counts).map(([cause, count]) => `${groupDigits(count)} ${writeCause(cause)}`);
}

/** `3 of 10 members have no acc and are left out of all figures: 2 running, 1 not read`. @param noun `member` */
export function describeLeftOut(
  counts: { readonly [cause: string]: number },
  { total, noun, metric }: { readonly total: number; readonly noun: string; readonly metric: string },
): string {
  const missing = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const has = missing === 1 ? 'has' : 'have';
  const are = missing === 1 ? 'is' : 'are';
  return `${groupDigits(missing)} of ${formatCount(total, noun)} ${has} no ${metric} and ${are} left out of all figures: ${listCauses(counts).join(', ')}`;
}

function writeCause(cause: string): string {
  return cause === 'not_harvested' ? 'not read' : cause.replaceAll('_', ' ');
}
