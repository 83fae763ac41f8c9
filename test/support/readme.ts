/** The commands that README.md and other pages tell their readers to type, and what they say that these show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runInTerminal, type Session } from '../../scripts/tour/record.ts';
import { Terminal } from '../../scripts/tour/terminal.ts';

export interface Block {
  readonly commands: string;
  /** Where it begins in the page. */
  readonly at: number;
  /** What the block is run on: this machine, real Slurm, or npm, whose commands CI runs itself. */
  readonly on: 'machine' | 'slurm' | 'npm';
  /** How it ends; not 0 if a comment before it says so. */
  readonly exitCode: number;
  /** The lines that the page shows for it, if any. */
  readonly shown: string | undefined;
}

const BLOCK = /(?:<!-- (.*) -->\n)?^```bash\n([^]*?)^```$(?:\n\n```text\n([^]*?)^```$)?/gm;

export function readmeText(): string {
  return readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
}

/** What README.md shows of the quickstart. */
export function quickstartShown(): string {
  const [, shown = ''] = /<!-- quickstart -->\n```text\n([^]*?)```\n<!-- \/quickstart -->/.exec(readmeText()) ?? [];
  // A terminal wraps the command at another place.
  return `[...]\n${shown.replaceAll(/^\$ .*(?:\\\n.*)*/gm, '[...]')}[...]`;
}

/** All blocks of commands of README.md, in order. */
export function readmeBlocks(): readonly Block[] {
  return blocksOf(readmeText());
}

/** All blocks of commands of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(BLOCK)].map(({ 1: note = '', 2: commands = '', 3: shown, index: at }) => {
    const [, exitCode = '0'] = /^exits with (\d+)$/.exec(note) ?? [];
    const block = { commands, at, exitCode: Number(exitCode), shown };
    if (/^(npm|git clone) /m.test(commands)) return { ...block, on: 'npm' };
    return { ...block, on: note.startsWith('on Slurm') ? 'slurm' : 'machine' };
  });
}

/** Of a reader; it is so high that nothing scrolls away. */
const SCREEN = { columns: 80, rows: 500 } as const;

/** What that screen shows of the bytes of a terminal. */
export function screenText(bytes: string): string {
  const terminal = new Terminal(SCREEN.columns, SCREEN.rows);
  terminal.write(bytes);
  return terminal.lines().join('\n').trimEnd();
}

/**
 * What a reader's screen shows after these lines of bash, which may be more than fits on it; and the folder then.
 *
 * @param exitCode if it is not 0, the lines are one command, which must exit with it
 */
export async function typeBlock(
  commands: string,
  session: Omit<Session, 'columns' | 'rows'>,
  exitCode: number = 0,
): Promise<{ screen: string; cwd: string }> {
  const typed = exitCode === 0 ? commands : `${commands.trimEnd()} && exit 1 || [ $? = ${exitCode} ]`;
  const outputs = await runInTerminal(`${typed}\npwd`, { ...session, ...SCREEN });
  const lines = screenText(outputs.map(({ text }) => text).join('')).split('\n');
  const cwd = lines.pop() ?? '';
  return { screen: lines.join('\n'), cwd };
}

/** Lines without what differs from run to run: times, numbers of jobs, and widths that follow from them. */
function steadyLines(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/\b\d+(?:\.\d+)?(?:ms|[smh])\b(?: \d+[sm]\b)?/g, '<time>')
        .replaceAll(/\bjob \d+/g, 'job <n>')
        .replaceAll(/ {2,}/g, '  ')
        .trimEnd(),
    );
}

/** Expects these lines on a screen; `[...]` stands for lines that are left out. A failure shows the screen, to paste from. */
export function expectShown(screen: string, shown: string): void {
  const parts = steadyLines(shown)
    .join('\n')
    .split(/^\[\.\.\.\]$/m)
    .map((part) => part.trim());
  const actual = steadyLines(screen).join('\n');
  const whole = `the page does not show what the screen does, which is:\n${screen}\n`;
  let at = 0;
  for (const part of parts) {
    const found = actual.indexOf(part, at);
    if (found < 0) expect(actual.slice(at), whole).toContain(part);
    at = found + part.length;
  }
  if (!shown.trimStart().startsWith('[...]')) expect(actual.startsWith(parts[0] ?? ''), whole).toBe(true);
  if (!shown.trimEnd().endsWith('[...]')) expect(actual.slice(at), whole).toBe('');
}
