import { cutPainted, paint, paintedWidth } from '../../app/index.ts';
import { fitCharset, fitCut, removeControls, type Screen } from './terminal.ts';
import { count } from './words.ts';

const ESC = '\u001b[';
const ERASE_LINE = `${ESC}K`;
const ERASE_BELOW = `${ESC}J`;

/** What a terminal of a certain size shows. */
export interface Shown {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** The lines of a text, cut to the size of the terminal. */
export function layOut(text: string, screen: Screen): Shown {
  const { width, height, color } = screen;
  const all = fitCharset(screen, removeControls(text))
    .replace(/[\t\r]/g, ' ')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => fitCut(screen, cutPainted(line, width)));
  if (all.length <= height) return { lines: all, width, height };
  const kept = all.slice(0, height - 1);
  const more = cutPainted(`${count(all.length - kept.length, 'more line')} below`, width);
  return { lines: [...kept, paint(more, 'aside', color)], width, height };
}

/**
 * The escape sequences that turn one state into the next one; empty if they are equal.
 *
 * @param before undefined when it is not known what the terminal shows
 */
export function describeChange(before: Shown | undefined, { lines, width, height }: Shown): string {
  const former = before?.lines ?? [];
  const changes = lines.map((line, i) => {
    if (before !== undefined && line === former[i]) return '';
    // After a line that fills the terminal, the cursor is on its last character, which would be erased.
    return `${moveTo(i)}${line}${paintedWidth(line) < width ? ERASE_LINE : ''}`;
  });
  const hasRest = lines.length < height && (before === undefined || lines.length < former.length);
  return `${changes.join('')}${hasRest ? `${moveTo(lines.length)}${ERASE_BELOW}` : ''}`;
}

function moveTo(line: number): string {
  return `${ESC}${line + 1};1H`;
}
