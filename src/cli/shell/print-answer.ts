import { paint } from '../../app/index.ts';
import { makeDocument } from '../../json/index.ts';
import type { Answer } from './answer.ts';
import type { Globals } from './globals.ts';
import type { Output } from './output.ts';
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
  const { text, problems = [], warnings = [], remarks = [], next = [] } = answer;
  if (globals.json) {
    const { data } = answer;
    if (data === undefined) return;
    const document = makeDocument(command, data, [...warnings, ...remarks]);
    out.write(`${JSON.stringify(document, null, isLast && out.screen.tty ? 2 : undefined)}\n`);
    return;
  }
  out.write(text?.(out.screen) ?? '');
  if (problems.length > 0) stderr.write(formatProblems(problems, stderr.screen));
  for (const warning of warnings) stderr.write(`${paint('warning:', 'warning', stderr.screen.color)} ${warning}\n`);
  if (!globals.quiet) for (const remark of remarks) stderr.write(`${paint(remark, 'aside', stderr.screen.color)}\n`);
  if (globals.quiet || next.length === 0 || !stderr.screen.tty) return;
  stderr.write(`${paint('Next', 'aside', stderr.screen.color)}  ${next.join('     ')}\n`);
}
