import { takeKeys } from './keys.ts';
import type { Output } from './output.ts';
import { describeChange, layOut, type Shown } from './screen-lines.ts';
import type { Screen } from './terminal.ts';

/** One state of what is watched. */
export interface Frame {
  /** What a terminal shows of it. It is asked again after a change of the terminal's size. */
  readonly text: (screen: Screen) => string;
  /** The same for a pipe or a dumb terminal: lines that change only when something happens, so none with running times. */
  readonly plain: readonly string[];
}

/** The place of what changes while one watches. */
export interface LiveScreen {
  /** Shows the newest state: at most ten redraws a second, and only lines that differ are written. */
  show(frame: Frame): void;
  /** Gives the terminal back, and prints the last state there, so that one can scroll back to it. */
  close(): void;
}

/** Pause between two redraws. Milliseconds. */
const PAUSE_MS = 100;

const ESC = '\u001b[';
/** Another screen, without a cursor, on which long lines do not wrap. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
/** A terminal that knows this shows a redraw as a whole; others ignore it. */
const SYNCHRONIZED = [`${ESC}?2026h`, `${ESC}?2026l`] as const;

/** Signals that end the program where it is. Those of Ctrl-C and `kill` end it at the next step instead. */
const DEADLY = ['SIGHUP', 'SIGQUIT'] as const;

/**
 * Opens a live screen, which appears with the first frame. Whatever ends the program, the terminal is as it was before.
 * If lines cannot be redrawn, it prints the lines of each frame that the frame before did not have.
 *
 * @param streams what is written to `stderr` while the screen is open is printed when it closes
 */
export function openLiveScreen({ out, stderr }: { readonly out: Output; readonly stderr: Output }): LiveScreen {
  return out.screen.canRedraw ? openAlternateScreen(out, stderr) : openLines(out);
}

function openLines(out: Output): LiveScreen {
  let printed: ReadonlySet<string> = new Set();
  return {
    show: ({ plain }) => {
      const news = plain.filter((line) => !printed.has(line));
      printed = new Set(plain);
      out.write(news.map((line) => `${line}\n`).join(''));
    },
    close: () => undefined,
  };
}

function openAlternateScreen(out: Output, stderr: Output): LiveScreen {
  let frame: Frame | undefined;
  let shown: Shown | undefined;
  let timer: NodeJS.Timeout | undefined;
  let drawnMs = -Infinity;
  let isEntered = false;
  let giveKeysBack: (() => void) | undefined;

  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (frame === undefined || !isEntered) return;
    drawnMs = performance.now();
    const next = layOut(frame.text(out.screen), out.screen);
    const change = describeChange(shown, next);
    shown = next;
    if (change !== '') out.control(SYNCHRONIZED.join(change));
  };
  const drawAll = (): void => {
    shown = undefined;
    draw();
  };
  const enter = (): void => {
    giveKeysBack?.();
    giveKeysBack = takeKeys();
    isEntered = true;
    stderr.hold();
    out.control(ENTER);
    drawAll();
  };
  const giveTerminalBack = (): void => {
    isEntered = false;
    giveKeysBack?.();
    giveKeysBack = undefined;
    out.control(LEAVE);
  };
  const leave = (): void => {
    if (!isEntered) return;
    giveTerminalBack();
    stderr.release();
  };
  const suspend = (): void => {
    leave();
    process.kill(process.pid, 'SIGSTOP');
  };
  const end = (signal: NodeJS.Signals): void => {
    leave();
    process.kill(process.pid, signal);
  };
  let ignoreResize: (() => void) | undefined;
  const listen = (): void => {
    process.on('exit', leave).on('SIGTSTP', suspend).on('SIGCONT', enter);
    for (const signal of DEADLY) process.once(signal, end);
    ignoreResize = out.onResize(drawAll);
  };
  const ignore = (): void => {
    process.off('exit', leave).off('SIGTSTP', suspend).off('SIGCONT', enter);
    for (const signal of DEADLY) process.off(signal, end);
    ignoreResize?.();
  };

  return {
    show: (next) => {
      const isFirst = frame === undefined;
      frame = next;
      if (isFirst) {
        listen();
        enter();
        return;
      }
      timer ??= setTimeout(draw, Math.max(0, drawnMs + PAUSE_MS - performance.now()));
    },
    close: () => {
      if (frame === undefined) return;
      clearTimeout(timer);
      ignore();
      const last = frame;
      frame = undefined;
      giveTerminalBack();
      out.write(last.text(out.screen));
      stderr.release();
    },
  };
}
