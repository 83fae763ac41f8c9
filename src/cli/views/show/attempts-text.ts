import { formatSpan } from '../../../core/units.ts';
import { cleanText, getStatusMeaning, type Cell, type ShownAttempt, type TableColumn } from '../../../app/index.ts';
import { formatAdvised } from '../../../core/experiment/advised.ts';
import { advisedRows } from '../resources/advised-view.ts';
import { formatPairs } from '../../shell/words.ts';
import { describeCause, joinEndNotes } from '../../../core/experiment/cause-words.ts';
import { formatRemedy } from '../status-view.ts';
import { formatIndentedTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

export function diagnosisText({ name, diagnosis }: ShownAttempt, expId: string): string {
  if (diagnosis === undefined) return '';
  const { says, line, fix } = diagnosis;
  const place = line && `${line.file}${line.number === undefined ? '' : `:${line.number}`}`;
  return formatPairs([
    [name, cleanText(says)],
    ['', line === undefined ? '' : `${place ?? ''}  ${cleanText(line.text)}`],
    ['', fix === undefined ? '' : `try  ${formatRemedy(fix, expId)}`],
  ]);
}

export function adviceText({ name, advised }: ShownAttempt): string {
  return advised === undefined ? '' : formatPairs([[name, formatAdvised(advised)], ...advisedRows(advised)]);
}

/** The limits that replaced `auto`. */
export function limitsText({ found = {} }: ShownAttempt): string {
  return formatPairs(
    LIMITS.map((name) => [name, found[name] === undefined ? '' : `${found[name].value}  ${found[name].basis}`]),
  );
}

const LIMITS = ['time_limit', 'mem'] as const;

export function attemptTable(attempts: readonly ShownAttempt[], screen: Screen): string {
  const rows = attempts.map((attempt): Cell[] => {
    const { name, status, job, host, cause, said, exitCode, diagnosis, startedMs, endedMs } = attempt;
    const ran = startedMs === undefined || endedMs === undefined ? '' : `ran ${formatSpan(startedMs, endedMs)}`;
    const end = said ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`);
    const why = describeCause({ cause, note: joinEndNotes(end, diagnosis?.says) });
    return [name, status, job, ran, host, why];
  });
  return formatIndentedTable(ATTEMPT_COLUMNS, rows, screen);
}

const ATTEMPT_COLUMNS: readonly TableColumn[] = [
  { name: 'attempt', priority: 3, keep: true },
  { name: 'status', priority: 3, keep: true, meaning: getStatusMeaning },
  { name: 'job', priority: 1 },
  { name: 'time', priority: 1 },
  { name: 'host' },
  { name: 'note', priority: 2, keep: true, maxWidth: 60, minWidth: 16 },
];
