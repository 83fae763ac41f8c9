import { paint, type Progress } from '../../app/index.ts';
import type { Output } from './output.ts';
import type { Screen } from './terminal.ts';

/** Shorter work shows no progress. Milliseconds. */
const QUIET = { terminal: 300, elsewhere: 3_000 };
/** Pause between two lines or redraws. Milliseconds. */
const PAUSE = { terminal: 100, elsewhere: 30_000 };
const BAR_WIDTH = 20;

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
      stderr.write(screen.canRedraw ? `\r${bar(screen, done, total)}${count} ${what} ` : `${count} ${what}\n`);
    },
    clear: () => {
      if (shown && stderr.screen.canRedraw) stderr.write(`\r${' '.repeat(stderr.screen.width - 1)}\r`);
      shown = false;
    },
  };
}

function bar(screen: Screen, done: number, total: number): string {
  if (total === 0) return '';
  const full = Math.round((done / total) * BAR_WIDTH);
  return `${'━'.repeat(full)}${paint('·'.repeat(BAR_WIDTH - full), 'aside', screen.color)} `;
}
