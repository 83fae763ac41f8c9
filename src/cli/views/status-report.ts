import { formatSpan } from '../../core/units.ts';
import { paint, type StatusReport } from '../../app/index.ts';
import type { Screen } from '../shell/terminal.ts';
import { wrap } from '../shell/words.ts';
import { progressLine, progressText } from './progress-view.ts';
import { describeCause } from '../../core/experiment/cause-words.ts';
import { countWords, statusTable } from './status-view.ts';

/** The age of an answer is shown from this age on. */
const OLD_MS = 10_000;

/** What is shown with a status that is watched. */
interface StatusRemarks {
  readonly warnings: readonly string[];
  /** What sweeps did by themselves lately. */
  readonly effects: readonly string[];
}

/**
 * The answer of `status`: a table in a pipe, and on a terminal what it amounts to above it.
 *
 * @param narrowed whether experiments were chosen
 * @param remarks what is shown between the two
 */
export function statusText(
  report: StatusReport,
  narrowed: boolean,
  screen: Screen,
  { warnings, effects }: StatusRemarks = { warnings: [], effects: [] },
): string {
  const { lines, toldAtMs, askedAtMs } = report;
  const table = lines.length === 0 ? '' : statusTable(lines, toldAtMs, screen);
  if (!screen.tty) return table;
  const asked = toldAtMs - askedAtMs > OLD_MS ? `   (asked ${formatSpan(askedAtMs, toldAtMs)} ago)` : '';
  const first = lines.length === 0 ? describeNothing(report, narrowed) : `${headText(report, screen)}${asked}`;
  const between = [
    ...effects.flatMap((effect) => wrap(effect, screen.width)),
    ...warnings.flatMap((warning) => warningLines(warning, screen)),
  ];
  return [first, ...between, table].join('\n');
}

/** How far the chosen experiments are, or the counts alone. */
function headText({ progress, counts }: StatusReport, screen: Screen): string {
  return progress !== undefined && progress.total > 1 ? progressText(progress, screen).trimEnd() : countWords(counts);
}

function describeNothing({ counts }: StatusReport, narrowed: boolean): string {
  const summary = countWords(counts);
  if (narrowed) return 'No experiments match.';
  return summary === '' ? 'No experiments yet.' : `Nothing is active: ${summary}`;
}

function warningLines(warning: string, { width, color }: Screen): string[] {
  return wrap(`warning: ${warning}`, width).map((line) => paint(line, 'warning', color));
}

/** The same in lines that change only when an experiment does: those that are shown, and those that just ended. */
export function statusLines(report: StatusReport, narrowed: boolean): string[] {
  const { lines, changed, progress } = report;
  const shown = new Set(lines.map(({ expId }) => expId));
  const gone = changed.filter(({ expId }) => !shown.has(expId)).map(({ expId, to }) => [expId, '', to, ''].join('\t'));
  const rows = lines.map((line) => [line.expId, line.stage, line.status, describeCause(line)].join('\t'));
  if (lines.length === 0) return [...gone, describeNothing(report, narrowed)];
  return [...gone, ...rows, ...(progress !== undefined && progress.total > 1 ? [progressLine(progress)] : [])];
}
