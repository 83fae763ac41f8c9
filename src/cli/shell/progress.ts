import { cutPainted, paint, paintedWidth, textWidth, type Progress } from '../../app/index.ts';
import type { Output } from './output.ts';
import type { Screen } from './terminal.ts';

/** Shorter work shows no progress. Milliseconds. */
const QUIET = { terminal: 300, elsewhere: 3_000 };
/** Pause between two lines or redraws. Milliseconds. */
const PAUSE = { terminal: 100, elsewhere: 30_000 };
const BAR_WIDTH = 20;
const NARROWEST_BAR = 5;

/** Progress on stderr: a bar on a terminal, a line now and then elsewhere. */
export interface ProgressLine {
  /** A `total` of 0 means that it is unknown. */
  readonly report: Progress;
  /** Removes the bar, so that the next message begins on a clean line. */
  clear(): void;
}

/** @param elapsedMs a clock that only goes forward */
export function openProgressLine(
  stderr: Output,
  elapsedMs: () => number = () => process.uptime() * 1_000,
): ProgressLine {
  const begunMs = elapsedMs();
  let next: number | undefined;
  let shown = false;
  return {
    report: (done, total, what) => {
      const { screen } = stderr;
      if (stderr.isHeld) return;
      const kind = screen.canRedraw ? 'terminal' : 'elsewhere';
      const now = elapsedMs();
      if (now < (next ??= begunMs + QUIET[kind])) return;
      next = now + PAUSE[kind];
      shown = true;
      const count = total === 0 ? String(done) : `${done}/${total}`;
      stderr.write(
        screen.canRedraw ? `\r${barLine(screen, { done, total, words: `${count} ${what}` })}` : `${count} ${what}\n`,
      );
    },
    clear: () => {
      if (shown && stderr.screen.canRedraw) stderr.write(`\r${' '.repeat(stderr.screen.width - 1)}\r`);
      shown = false;
    },
  };
}

interface Shown {
  readonly done: number;
  readonly total: number;
  readonly words: string;
}

/** Fills the line, so that nothing is left of a longer one, but for the last column, after which a terminal would wrap. */
function barLine(screen: Screen, { done, total, words }: Shown): string {
  const width = screen.width - 1;
  const room = Math.min(BAR_WIDTH, width - textWidth(words) - 2);
  const line = `${total > 0 && room >= NARROWEST_BAR ? `${bar(screen, done / total, room)} ` : ''}${words} `;
  return cutPainted(line, width) + ' '.repeat(Math.max(0, width - paintedWidth(line)));
}

function bar({ color }: Screen, part: number, width: number): string {
  const full = Math.round(part * width);
  return `${'━'.repeat(full)}${paint('·'.repeat(width - full), 'aside', color)}`;
}
