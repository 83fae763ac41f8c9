import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface TerminalSettings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program in a pseudo-terminal, whose user the test is. */
export interface TerminalProgram {
  /** All bytes that the terminal got so far. */
  readonly output: () => string;
  resize(columns: number, rows: number): void;
  signal(name: NodeJS.Signals): void;
  type(text: string): void;
  /** Its exit code; negative: the number of the signal that ended it. */
  readonly ended: Promise<number>;
}

/** Starts a program in a pseudo-terminal; it loses its terminal when the test ends. */
export function startInTerminal(
  argv: readonly [string, ...string[]],
  { cwd, env, columns = 80, rows = 24 }: TerminalSettings,
): TerminalProgram {
  const words = [join(import.meta.dirname, 'in-terminal.py'), String(columns), String(rows), ...argv];
  const child = spawn('python3', words, { cwd, env, stdio: 'pipe' });
  let [output, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number>((resolve) => {
    child.on('close', () => resolve(Number(said.trim().split('\n').at(-1) || Number.NaN)));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const tell = (line: string): void => void child.stdin.write(`${line}\n`);
  return {
    output: () => output,
    resize: (newColumns, newRows) => tell(`size ${newColumns} ${newRows}`),
    signal: (name) => tell(`signal ${constants.signals[name]}`),
    type: (text) => tell(`type ${JSON.stringify(text)}`),
    ended,
  };
}
