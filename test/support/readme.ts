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
  /** The lines that README.md shows for it, if any. */
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
    if (/^(npm|git clone) /m.test(commands)) return { commands, at, on: 'npm', shown };
    return { commands, at, on: note.startsWith('on Slurm') ? 'slurm' : 'machine', shown };
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

/** What a reader's screen shows after these lines of bash, which may be more than fits on it; and the folder then. */
export async function typeBlock(
  commands: string,
  session: Omit<Session, 'columns' | 'rows'>,
): Promise<{ screen: string; cwd: string }> {
  const outputs = await runInTerminal(`${commands}\npwd`, { ...session, ...SCREEN });
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

/** Expects these lines on a screen; `[...]` stands for lines that are left out. */
export function expectShown(screen: string, shown: string): void {
  const parts = steadyLines(shown)
    .join('\n')
    .split(/^\[\.\.\.\]$/m)
    .map((part) => part.trim());
  const actual = steadyLines(screen).join('\n');
  let at = 0;
  for (const part of parts) {
    const found = actual.indexOf(part, at);
    if (found < 0) expect(actual.slice(at)).toContain(part);
    at = found + part.length;
  }
  if (!shown.trimStart().startsWith('[...]')) expect(actual.startsWith(parts[0] ?? '')).toBe(true);
  if (!shown.trimEnd().endsWith('[...]')) expect(actual.slice(at)).toBe('');
}
