import { cleanText, formatMean, type Cell, type SearchProgress, type TableColumn } from '../../../app/index.ts';
import { describeLead, describeSearch } from '../../../core/search/index.ts';
import { formatClockTime } from '../../../core/text/clock-time.ts';
import { formatDuration } from '../../../core/units.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { formatIndentedTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { count, some } from '../../shell/words.ts';

const RUNGS: readonly TableColumn[] = [
  { name: 'rung', priority: 4, keep: true },
  { name: 'reached', priority: 3, keep: true },
  { name: 'went on', priority: 2 },
  { name: 'fell behind', priority: 1 },
];

/** If no round follows for longer than this, the command that decides is named. Milliseconds. */
const LONG_IDLE_MS = 20 * 60_000;

/** How far a sweep is that goes on by itself. @param sweep its name @param all with the reason for each stop */
export function searchText(sweep: string, progress: SearchProgress, all: boolean, screen: Screen): string {
  const { search, set, rungs, stopped, lead } = progress;
  const rows = rungs.map(({ step, reached, wentOn, lost }): Cell[] => [step, reached, wentOn, lost]);
  return [
    `  search    ${cleanText(describeSearch(search))}\n`,
    set === undefined ? '' : `  set       ${formatAuthor(set)}\n`,
    `  trials    ${trialsText(progress)}\n`,
    bestText(progress),
    lackingText(progress),
    lead === undefined ? '' : `  lead      ${describeLead(lead)}\n`,
    `  decided   ${decidedText(sweep, progress)}\n`,
    rows.length === 0 ? '' : formatIndentedTable(RUNGS, rows, screen),
    ...(all ? stopped.map((stop) => `  ${stop.expId} ${outcomeText(stop)}: ${stop.why}\n`) : []),
    all && stopped.length === 0 ? '  No trial has been stopped.\n' : '',
  ].join('');
}

function outcomeText({ action, hasCompleted }: SearchProgress['stopped'][number]): string {
  if (hasCompleted) return 'completed before it was stopped';
  return action === 'stop' ? 'stopped' : 'paused';
}

function trialsText({ search, trials, repeated }: SearchProgress): string {
  const again = repeated === 0 ? '' : `, and ${count(repeated, 'repetition')}`;
  const made = trials - repeated;
  return `${search.propose === undefined ? made : `${made} of ${search.propose.trials}`}${again}`;
}

function bestText({ best, search }: SearchProgress): string {
  if (best === undefined) return '';
  const { value, std, runs, rung } = best;
  const of = std === undefined ? 'one run' : count(runs.length, 'seed');
  const at = rung === undefined ? '' : ` at rung ${rung}, not completed`;
  const text =
    value === null ? 'NaN or infinite' : formatMean({ n: runs.length, mean: value, ...withoutUndefined({ std }) });
  return `  best      ${cleanText(search.metric)} ${text}${at} (${of}): ${runs.join(', ')}\n`;
}

function lackingText({ lacking, search: { metric } }: SearchProgress): string {
  const [first] = lacking;
  if (first === undefined) return '';
  return `  missing   ${cleanText(metric)} of ${some(lacking)}: sheaf harvest ${first} --discover\n`;
}

/** `12:03 by ada@login1` */
function formatAuthor({ atMs, user, host }: NonNullable<SearchProgress['last']>): string {
  return `${formatClockTime(atMs)} by ${user}@${host}`;
}

function decidedText(sweep: string, { rounds, last, idleMs = 0 }: SearchProgress): string {
  const newest = last === undefined ? 'not yet' : `round ${rounds}, ${formatAuthor(last)}`;
  if (idleMs < LONG_IDLE_MS) return newest;
  return `${newest}; nothing for ${formatDuration(idleMs / 1_000)}: sheaf wait --sweep ${sweep} decides`;
}
