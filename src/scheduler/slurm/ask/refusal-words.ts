import type { CommandResult } from '../../../system/index.ts';
import { describeFailure } from './commands.ts';

/** What Slurm's programs put before the words that matter; before a site's own lines on stdout stands an arrow. */
const FRAME = /^(?:sbatch: |-+> )?(?:error: |allocation failure: |Batch job submission failed: )*/;

/** Slurm's last line where a program of the site refused: it says nothing. */
const NOTHING = /^Unspecified error$/;

/** The first line on stdout that reports a refusal; a banner and successful checks may precede it. */
const REFUSAL_ON_STDOUT =
  /error|fail|denied|refused|reject|invalid|not (?:allowed|permitted|valid|authorized)|\bmust\b|\bplease\b/i;

/**
 * All that `sbatch` printed of a call that brought no job: what it wrote on stderr, then what programs of a site wrote
 * on stdout (TACC), without the banner before it. Empty when it printed nothing.
 */
export function getRefusalOutput({ stderr, stdout }: Pick<CommandResult, 'stderr' | 'stdout'>): string {
  const printed = stdout.split('\n');
  const from = Math.max(
    0,
    printed.findIndex((line) => REFUSAL_ON_STDOUT.test(line)),
  );
  return `${stderr.trim()}\n${printed.slice(from).join('\n').trim()}`.trim();
}

/** The whole reason of a refusal on one line, without what Slurm puts before it. */
export function describeRefusal(result: CommandResult): string {
  const { timedOut, notStarted } = result;
  const lines = getRefusalOutput(result)
    .split('\n')
    .map((line) => line.trim().replace(FRAME, ''))
    .filter((line) => line !== '');
  const telling = lines.filter((line) => !NOTHING.test(line));
  const shown = [...new Set(telling.length > 0 ? telling : lines)];
  if (timedOut || notStarted !== undefined || shown.length === 0) return describeFailure(result);
  return shown.reduce((words, line) => (/[.:;!?]$/.test(words) ? `${words} ${line}` : `${words}; ${line}`));
}
