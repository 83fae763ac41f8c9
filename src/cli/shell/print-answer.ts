import { paint, paintedWidth } from '../../app/index.ts';
import { makeDocument } from '../../json/index.ts';
import type { Answer } from './answer.ts';
import { foldLines } from './fold-lines.ts';
import type { Globals } from './globals.ts';
import type { Output } from './output.ts';
import type { Screen } from './terminal.ts';
import { formatProblems } from './problem-text.ts';

/** The streams and global options of one run of the program. */
export interface Shell {
  readonly globals: Globals;
  readonly out: Output;
  readonly stderr: Output;
}

/**
 * Prints the result of a command: the answer to stdout, everything else to stderr.
 *
 * @param command whose document `--json` prints
 * @param isLast whether it is the whole answer; otherwise it is one of many documents, one per line
 */
export function printAnswer(answer: Answer, { globals, out, stderr }: Shell, command: string, isLast: boolean): void {
  const say = (line: string): void => stderr.write(foldLines(line, stderr.screen));
  const { text, isForPasting, problems = [], done = [], warnings = [], remarks = [], hints = [], next = [] } = answer;
  if (globals.json) {
    const data = typeof answer.data === 'function' ? answer.data() : answer.data;
    if (data === undefined) return;
    const document = makeDocument(command, data, [...warnings, ...remarks]);
    out.write(`${JSON.stringify(document, null, isLast && out.screen.tty ? 2 : undefined)}\n`);
    return;
  }
  const shown = text?.(out.screen) ?? '';
  out.write(isForPasting ? shown : foldLines(shown, out.screen));
  if (problems.length > 0) stderr.write(formatProblems(problems, stderr.screen));
  if (!globals.quiet) for (const line of done) say(`${line}\n`);
  for (const warning of warnings) say(`${paint('warning:', 'warning', stderr.screen.color)} ${warning}\n`);
  if (!globals.quiet) for (const remark of remarks) say(`${paint(remark, 'aside', stderr.screen.color)}\n`);
  if (!globals.quiet) for (const hint of hints) say(`${paint('try', 'aside', stderr.screen.color)}   ${hint}\n`);
  if (globals.quiet || next.length === 0 || !stderr.screen.tty) return;
  stderr.write(`${paint('Next', 'aside', stderr.screen.color)}  ${joinNext(next, stderr.screen)}\n`);
}

/** Commands beside each other, or below each other if the terminal is too narrow. */
function joinNext(commands: readonly string[], { width }: Screen): string {
  const line = commands.join('     ');
  return paintedWidth(line) + NEXT_LEAD.length <= width ? line : commands.join(`\n${NEXT_LEAD}`);
}

/** The room of `Next`. */
const NEXT_LEAD = '      ';
