import type { Cell, Settled, TableColumn, TrackRecord, TrackRow } from '../../../app/index.ts';
import { formatDuration } from '../../../core/units.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'partition', priority: 3 },
  { name: 'of', priority: 6 },
  { name: 'kind', priority: 6 },
  { name: 'known', priority: 2 },
  { name: 'open', priority: 1 },
  { name: 'p50 held', priority: 5 },
  { name: 'p90 held', priority: 5 },
  { name: 'p50 loss', priority: 3 },
  { name: 'p90 loss', priority: 3 },
];
const CLAIMED = 'Claim: half of all p50 and nine of ten p90 hold; for memory, all hold.';
const LOSS = 'Loss: mean pinball loss of log(1 + seconds); lower is better, and 0 is perfect.';
/** Number of newest forecasts that are shown. */
const SHOWN = 5;

/** One line for each kind, over all partitions and for each that was chosen, then the newest forecasts with what happened. */
export function trackRecordText({ rows, partitions, settled }: TrackRecord, screen: Screen): string {
  if (rows.length === 0) {
    return 'No forecasts to judge yet: sheaf submit --advise and partition: auto record predictions, which are compared when jobs start and end.\n';
  }
  const cells = [{ partition: 'all', rows }, ...partitions].flatMap(({ partition, rows: own }) =>
    own.map((row) => [partition, ...cellsOf(row)]),
  );
  // The outcome is a sentence: in the table it would be the first column to be hidden.
  const judgements = rows.map(({ of, kind, words }) => `${of}, ${kindWords(kind)}: ${words}\n`);
  const newest = settled.slice(0, SHOWN).map((each) => `  ${settledText(each)}\n`);
  return [
    formatTable(COLUMNS, cells, screen),
    ...judgements,
    `${CLAIMED}\n${LOSS}\n`,
    '\nThe newest\n',
    ...newest,
  ].join('');
}

function cellsOf({ of, kind, settled: known, open, p50, p90, loss }: TrackRow): Cell[] {
  const held = [of === 'memory' ? '' : heldText(p50), heldText(p90)];
  return [of, kindWords(kind), known, open, ...held, lossText(loss?.p50), lossText(loss?.p90)];
}

function lossText(loss: number | undefined): string {
  return loss === undefined ? '' : loss.toFixed(2);
}

function kindWords(kind: TrackRow['kind']): string {
  return kind.replaceAll('_', ' ');
}

function heldText(held: TrackRow['p50']): string {
  return held === undefined ? 'unknown' : `${held.held} of ${held.of}`;
}

function settledText({ of, p50, p90, actual, atLeast, where = '' }: Settled): string {
  const words = (value: number): string => (of === 'memory' ? `${value.toFixed(1)} GiB` : formatDuration(value));
  const bounds = [
    ...(p50 === undefined ? [] : [`half within ${words(p50)}`]),
    ...(p90 === undefined ? [] : [`9 of 10 within ${words(p90)}`]),
  ];
  const predicted = of === 'memory' && p50 !== undefined ? words(p50) : bounds.join(', ') || 'nothing';
  return `${where}: ${of} ${atLeast === true ? 'at least ' : ''}${words(actual)}; predicted ${predicted}`;
}
