import { makeQuotedDiagnosis, toOneLine } from './diagnosed.ts';
import { type Diagnosis } from '../experiment/cause.ts';
import { isOfStderr, type Line } from './log.ts';
import { findTracebacks } from './traceback.ts';

/** Lines at the end of standard error in which the last message may be. */
const LAST_LINES = 40;
/** Leaves room for the words around it. */
const LONGEST_QUOTED = 230;

/**
 * When nothing is known: the last line of standard error, called that, as of `sys.exit('there is no folder x')`. Progress
 * bars, warnings, indented lines and what launchers and trackers add are skipped.
 *
 * @returns undefined when a signal ended it, or when the line only says how far it had come
 */
export function lastOfStderr(exitCode: number | undefined, lines: readonly Line[]): Diagnosis | undefined {
  if (exitCode === undefined || (exitCode > 128 && exitCode <= 128 + LAST_SIGNAL)) return undefined;
  const written = lines.filter(isOfStderr);
  const line = written
    .filter(({ text }) => text !== '')
    .slice(-LAST_LINES)
    .findLast(({ text }) => isMessage(withoutBar(text)));
  if (line === undefined || ROUTINE.test(withoutBar(line.text))) return undefined;
  // Python went on after these exceptions: the diagnosis has those that ended it.
  if (findTracebacks(written).some(({ message }) => message.includes(line))) return undefined;
  const quoted = toOneLine(withoutBar(line.text), LONGEST_QUOTED);
  return makeQuotedDiagnosis('last_line', `exit code ${exitCode}: ${quoted} (last line of standard error)`, line);
}

const LAST_SIGNAL = 64;

/** A program that ends within a progress bar writes behind it. */
function withoutBar(text: string): string {
  return text.replace(/^.*\d%\|[^|]*\|[^\]]*(?:\]|$)/, '').trimEnd();
}

function isMessage(text: string): boolean {
  return /^\S.*\p{L}|^\p{L}/u.test(text) && !ASIDE.test(text);
}

const ASIDE = /\bWARN(?:ING)?\b|Warning: |^\[?[Ww]arn(?:ing)?\b|^W\d{4} |^\++ |^(?:srun|slurmstepd|wandb|sheaf): /;

/** How far it had come, and what says that more was to follow. */
const ROUTINE =
  /\b(?:INFO|DEBUG)\b|^I\d{4} |^\W*(?:[Ee]pochs?|(?:[Gg]lobal_)?[Ss]teps?|[Ii]ter(?:ation)?s?)\b|Traceback \(most recent call last\)/;
