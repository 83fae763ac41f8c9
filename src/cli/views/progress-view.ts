import {
  cleanText,
  formatMean,
  cutMiddle,
  cutPainted,
  paint,
  type ExperimentsProgress,
  type Meaning,
} from '../../app/index.ts';
import { STATUSES } from '../../core/experiment/status.ts';
import { groupDigits } from '../../core/text/phrases.ts';
import { formatEstimate } from '../../core/units.ts';
import type { Screen } from '../shell/terminal.ts';

/** How far experiments are, for people: a bar, the time left, counts with the rate, and the best value so far. */
export function progressText(progress: ExperimentsProgress, screen: Screen): string {
  const { total, ended, best } = progress;
  if (total === 0) return '';
  const head = [`${groupDigits(ended)} of ${groupDigits(total)}`, describeLeft(progress)].filter((part) => part !== '');
  const counts = joinParts(
    [
      ...countParts(progress.counts),
      ...(progress.perHour === undefined || ended === total
        ? []
        : [{ text: `${formatRate(progress.perHour)} per hour` }]),
    ],
    screen,
  );
  return [
    ...headLines(progress, head, screen),
    ...counts,
    ...(best === undefined ? [] : [bestLine(best, screen)]),
    '',
  ].join('\n');
}

/** The same in one line, which changes only when the status of an experiment does. */
export function progressLine({ total, ended, counts }: ExperimentsProgress): string {
  const parts = countParts(counts).map(({ text }) => text);
  return `${groupDigits(ended)} of ${groupDigits(total)} ended: ${parts.join(', ')}`;
}

function bestLine({ metric, value, expId }: NonNullable<ExperimentsProgress['best']>, { width }: Screen): string {
  const words = `best ${cleanText(metric)} ${formatMean({ n: 1, mean: value })}: `;
  return cutPainted(`${words}${cutMiddle(expId, Math.max(LEAST_ID, width - words.length))}`, width);
}

/** Columns in which an id can be recognized. */
const LEAST_ID = 12;

/** The bar and the words beside it; if the terminal is too narrow, the words alone. */
function headLines(progress: ExperimentsProgress, words: readonly string[], screen: Screen): readonly string[] {
  const joined = words.join('  ');
  const room = Math.min(WIDEST_BAR, screen.width - joined.length - 2);
  if (room >= NARROWEST_BAR) return [`${bar(progress, room, screen)}  ${joined}`];
  return joined.length > screen.width ? words : [joined];
}

const WIDEST_BAR = 40;
const NARROWEST_BAR = 8;

function describeLeft({ leftMs }: ExperimentsProgress): string {
  return leftMs === undefined ? '' : `${formatEstimate(leftMs / 1_000)} left`;
}

function formatRate(perHour: number): string {
  return perHour >= 10 ? groupDigits(Math.round(perHour)) : String(Number(perHour.toPrecision(2)));
}

/** Text that is painted as a whole. */
interface Part {
  readonly text: string;
  readonly meaning?: Meaning;
}

function countParts(counts: ExperimentsProgress['counts']): Part[] {
  return STATUSES.toReversed().flatMap((status) => {
    const count = counts[status];
    return count === undefined ? [] : [{ text: `${groupDigits(count)} ${status}`, meaning: status }];
  });
}

const SEPARATOR = ' · ';

/** Parts in lines that fit the screen, broken between parts. */
function joinParts(parts: readonly Part[], { width, color }: Screen): string[] {
  const lines: string[] = [];
  let [line, used] = ['', 0];
  for (const { text, meaning } of parts) {
    if (used > 0 && used + SEPARATOR.length + text.length > width) {
      lines.push(line);
      [line, used] = ['', 0];
    }
    line += (used === 0 ? '' : SEPARATOR) + paint(text, meaning, color);
    used += (used === 0 ? 0 : SEPARATOR.length) + text.length;
  }
  return [...lines, line];
}

/** Thick for what ended, thin for what runs; with colours also by how it ended. */
function bar({ counts, total }: ExperimentsProgress, width: number, { color }: Screen): string {
  let [before, drawn] = [0, 0];
  const pieces = BAR_PARTS.map(([status, sign]) => {
    before += counts[status] ?? 0;
    const end = Math.round((before / total) * width);
    const piece = sign.repeat(end - drawn);
    drawn = end;
    return paint(piece, status, color);
  });
  return pieces.join('') + paint('·'.repeat(width - drawn), 'aside', color);
}

const BAR_PARTS = [
  ['completed', '━'],
  ['failed', '━'],
  ['cancelled', '━'],
  ['stopped', '━'],
  ['running', '─'],
] as const;
