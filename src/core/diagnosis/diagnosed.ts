import type { Diagnosis } from '../experiment/cause.ts';
import type { Cause } from '../experiment/cause.ts';
import { toShownLine, type Line } from './log.ts';
import { applyRuleWords, type Match, type Rule } from './rule.ts';

/** How an attempt ended, as its record and the scheduler have it. */
export interface AttemptEnd {
  /** Undefined: it did not fail. */
  readonly cause?: Cause;
  /** Above 128 when a signal ended it. */
  readonly exitCode?: number;
  /** The signal that its job was sent, if any: it did not end by itself. */
  readonly signal?: string;
  /** What the scheduler said. */
  readonly said?: string;
  readonly timeLimitS?: number;
  /** The project's folder: paths in it are shown without it. */
  readonly root?: string;
}

/** A longer message is cut: the log has it whole. */
const LONGEST_SAYS = 300;

/** What a rule says of what it matched. */
export function makeDiagnosis(match: Match | undefined): Diagnosis | undefined {
  if (match === undefined) return undefined;
  const { rule, line, found } = match;
  const says = applyRuleWords(rule.says, found);
  if (says === undefined) return undefined;
  const [fix, about] = [rule.fix && applyRuleWords(rule.fix, found), rule.about?.(found)];
  return {
    ...makeQuotedDiagnosis(rule.code, says, line),
    ...(rule.cause === undefined ? {} : { cause: rule.cause }),
    ...(fix === undefined ? {} : { fix }),
    ...(about === undefined ? {} : { about }),
  };
}

export function makeQuotedDiagnosis(code: string, says: string, line: Line): Diagnosis {
  return { code, says: toOneLine(says), line: toShownLine(line) };
}

/** In one line. */
export function toOneLine(text: string, longest: number = LONGEST_SAYS): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** The rules that may be tried with this exit code. */
export function selectRulesForExit(rules: readonly Rule[], exitCode: number | undefined): Rule[] {
  return rules.filter(({ exits }) => exits === undefined || (exitCode !== undefined && exits.includes(exitCode)));
}
