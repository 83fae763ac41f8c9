import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emulate, recordStream, TERMINAL_ENV, type RecordingStream } from '../../../test/support/terminal.ts';
import { until } from '../../../test/support/until.ts';
import { openLiveScreen, type Frame, type LiveScreen } from './live-screen.ts';
import { openOutput, type Output } from './output.ts';

const COLUMNS = 40;
const ROWS = 8;

interface Live extends RecordingStream {
  readonly screen: LiveScreen;
  readonly stderr: Output;
}

function open(isTTY: boolean = true, env: Readonly<Record<string, string>> = TERMINAL_ENV): Live {
  const recording = recordStream(isTTY, COLUMNS, ROWS);
  const out = openOutput(() => recording.stream, env, 'never');
  const stderr = openOutput(() => recording.stream, env, 'never');
  return { ...recording, stderr, screen: openLiveScreen({ out, stderr }) };
}

function frame(...lines: readonly string[]): Frame {
  return { text: () => lines.map((line) => `${line}\n`).join(''), plain: lines };
}

/** The newest bytes, once the screen shows this line. */
async function untilShows({ written }: Live, line: string): Promise<void> {
  await until(() => emulate(written.join(''), COLUMNS, ROWS).lines.includes(line));
}

test('a frame of many in a moment is drawn, the newest, and only the lines that differ are written', async () => {
  const live = open();
  live.screen.show(frame('head', 'step 0', 'tail'));
  const first = live.written.join('').length;
  for (let step = 1; step <= 1_000; step += 1) live.screen.show(frame('head', `step ${step}`, 'tail'));
  await untilShows(live, 'step 1000');
  const later = live.written.join('').slice(first);
  expect(later.match(/step/g)).toHaveLength(1);
  expect(later).not.toContain('head');
  expect(later).not.toContain('\u001b[2J');
  live.screen.close();
});

test('a frame that is like the one before writes nothing', async () => {
  const live = open();
  live.screen.show(frame('same'));
  const before = live.written.length;
  live.screen.show(frame('same'));
  live.screen.show(frame('same'));
  live.screen.close();
  expect(live.written.slice(before).join('')).toBe('\u001b[?7h\u001b[?25h\u001b[?1049lsame\n');
});

test('whatever the frames, the terminal shows the last one, cut to its size', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.'), maxLength: COLUMNS + 5 });
  const frames = fc.array(fc.array(line, { maxLength: ROWS + 3 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(frames, async (states) => {
      const live = open();
      for (const lines of states) {
        live.screen.show(frame(...lines));
        // A new size draws immediately.
        live.resize(COLUMNS, ROWS);
      }
      const { lines, isAlternate } = emulate(live.written.join(''), COLUMNS, ROWS);
      const last = (states.at(-1) ?? []).map((text) =>
        (text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text).trimEnd(),
      );
      const left = last.length - ROWS + 1;
      const cut = last.length > ROWS ? [...last.slice(0, ROWS - 1), `${left} more lines below`] : last;
      expect({ lines, isAlternate }).toEqual({
        lines: [...cut, ...Array.from({ length: ROWS - cut.length }, () => '')],
        isAlternate: true,
      });
      live.screen.close();
    }),
    { numRuns: 50 },
  );
});

test('a change of size draws everything again, for the new size', () => {
  const live = open();
  live.screen.show({ text: ({ width, height }) => `${width} × ${height}\n`, plain: [] });
  live.resize(60, 5);
  expect(emulate(live.written.join(''), 60, 5).lines[0]).toBe('60 × 5');
  live.screen.close();
});

test('after it closes, the last state is in the normal screen, then what was written to stderr', () => {
  const live = open();
  live.screen.show(frame('one'));
  live.stderr.write('a message\n');
  expect(live.written.join('')).not.toContain('a message');
  live.screen.show(frame('two', 'three'));
  live.screen.close();
  live.screen.close();
  const { lines, isAlternate } = emulate(live.written.join(''), COLUMNS, ROWS);
  expect({ lines: lines.slice(0, 4), isAlternate }).toEqual({
    lines: ['two', 'three', 'a message', ''],
    isAlternate: false,
  });
});

test('foreign text in a frame cannot move the cursor', () => {
  const live = open();
  live.screen.show(frame('a\u001b[2Jb\rc\td\u001b[5;1Hx', 'end'));
  expect(emulate(live.written.join(''), COLUMNS, ROWS).lines.slice(0, 3)).toEqual(['ab c dx', 'end', '']);
  live.screen.close();
});

test('in a pipe and on a dumb terminal, lines are printed once, without escape sequences', () => {
  for (const live of [open(false), open(true, { TERM: 'dumb' })]) {
    live.screen.show(frame('a queued', 'b queued'));
    live.screen.show(frame('a queued', 'b queued'));
    live.screen.show(frame('a running', 'b queued'));
    live.screen.close();
    expect(live.written.join('')).toBe('a queued\nb queued\na running\n');
  }
});
