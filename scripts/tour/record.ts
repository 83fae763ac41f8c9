/** Records what a real shell session shows: each command runs in a pseudo-terminal, and its output keeps its timing. */
import { spawn } from 'node:child_process';
import { Terminal, type Run } from './terminal.ts';

/** A screen, and for how long it stays. */
export interface Frame {
  readonly rows: readonly (readonly Run[])[];
  readonly milliseconds: number;
}

export interface Session {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly columns: number;
  readonly rows: number;
  /** Words that start a program as another user; by default it is this one's. */
  readonly become?: readonly string[];
}

const KEY_MS = 30;
/** Output within this time is one frame: more are not seen. */
const FRAME_MS = 90;
/** A longer pause is cut to this. */
const PAUSE_MS = 600;
const AFTER_MS = 1500;

/**
 * Types and runs each command on one screen.
 *
 * @throws Error if a command fails.
 */
export async function recordSession(commands: readonly string[], session: Session): Promise<Frame[]> {
  const terminal = new Terminal(session.columns, session.rows);
  const frames: Frame[] = [];
  const show = (milliseconds: number): void => void frames.push({ rows: terminal.snapshot(), milliseconds });
  for (const command of commands) {
    terminal.write('\x1b[32m$\x1b[0m ');
    show(500);
    for (const piece of command.match(/[^]{1,3}/gu) ?? []) {
      terminal.write(piece.replaceAll('\n', '\r\n> '));
      show(KEY_MS * piece.length);
    }
    terminal.write('\r\n');
    show(200);
    for (const { text, milliseconds } of await runInTerminal(command, session)) {
      terminal.write(text);
      show(milliseconds);
    }
    show(AFTER_MS);
  }
  return merge(frames);
}

/** What a program wrote at one time. */
export interface Output {
  readonly text: string;
  /** Until the next output; long pauses are cut. */
  readonly milliseconds: number;
}

/**
 * Runs lines of bash as if they were typed into a terminal.
 *
 * @throws Error with its output if it fails.
 */
export function runInTerminal(command: string, { cwd, env, columns, rows, become = [] }: Session): Promise<Output[]> {
  const line = `stty rows ${rows} cols ${columns}; set -eu; ${command}`;
  // Of util-linux: it runs the line with a pseudo-terminal, and copies what comes out.
  const script = ['script', '--quiet', '--return', '--flush', '--command', line, '/dev/null'];
  const [program = '', ...words] = [...become, ...script];
  const child = spawn(program, words, {
    cwd,
    env: { ...env, SHELL: '/bin/bash', TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: { text: string; atMs: number }[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const atMs = performance.now();
    const last = chunks.at(-1);
    if (last !== undefined && atMs - last.atMs < FRAME_MS) last.text += text;
    else chunks.push({ text, atMs });
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => {
      if (status !== 0)
        return reject(new Error(`ended with ${status}: ${command}\n${chunks.map(({ text }) => text).join('')}`));
      resolve(
        chunks.map(({ text, atMs }, i) => {
          const pause = (chunks[i + 1]?.atMs ?? atMs) - atMs;
          return { text, milliseconds: Math.min(pause, PAUSE_MS) };
        }),
      );
    });
  });
}

/** Without frames that show the same as the one before, or nothing for any time. */
function merge(frames: readonly Frame[]): Frame[] {
  const merged: Frame[] = [];
  for (const frame of frames) {
    const last = merged.at(-1);
    if (frame.milliseconds <= 0) continue;
    if (last !== undefined && JSON.stringify(last.rows) === JSON.stringify(frame.rows))
      merged[merged.length - 1] = { ...last, milliseconds: last.milliseconds + frame.milliseconds };
    else merged.push(frame);
  }
  return merged;
}
