import { makeDiagnosis, makeQuotedDiagnosis, type AttemptEnd } from './diagnosed.ts';
import { type Diagnosis } from '../experiment/cause.ts';
import { FILE_RULES } from './files.ts';
import { GPU_RULES } from './gpu.ts';
import type { Line } from './log.ts';
import { MEMORY_RULES } from './memory.ts';
import { ASKED_TO_END, NETWORK_RULES } from './network.ts';
import { PROGRAM_RULES } from './program.ts';
import { matchTogether, type Match, type Rule } from './rule.ts';
import { findOwnPlace, findTracebacks, type Traceback } from './traceback.ts';

/** What an exception can mean, the most particular first. */
const EXCEPTION_RULES: readonly Rule[] = [
  ...GPU_RULES,
  ...MEMORY_RULES,
  ...FILE_RULES,
  ...NETWORK_RULES,
  ...ASKED_TO_END,
  ...PROGRAM_RULES,
];

/** An exception in a log, and what it means. */
export interface Raised {
  readonly traceback: Traceback;
  /** Absent when no rule knows it. */
  readonly match?: Match;
  readonly diagnosis: Diagnosis;
}

/** The exceptions of all processes, without those of a launcher that only reports them. */
export function findExceptions(logs: readonly (readonly Line[])[], { root }: Pick<AttemptEnd, 'root'>): Raised[] {
  const all = logs.flat();
  return logs
    .flatMap(findTracebacks)
    .filter((traceback) => !traceback.ignored && !isOfLauncher(traceback))
    .map((traceback) => raised(traceback, all, root));
}

function raised(traceback: Traceback, all: readonly Line[], root: string | undefined): Raised {
  const place = findOwnPlace(traceback.frames, root);
  const match = matchTogether(EXCEPTION_RULES, traceback.message, all, place);
  const [line] = traceback.message;
  const unknown = makeQuotedDiagnosis('exception', `${line.text}${place === undefined ? '' : ` (${place})`}`, line);
  const diagnosis = makeDiagnosis(match) ?? unknown;
  const isOfProgram = match === undefined || PROGRAM_RULES.includes(match.rule);
  const fix = diagnosis.fix ?? (isOfProgram ? suggestLook(place) : undefined);
  return { traceback, ...(match && { match }), diagnosis: { ...diagnosis, ...(fix && { fix }) } };
}

/** A remedy for any exception of the user's program; the cause itself is unknown. */
function suggestLook(place: string | undefined): string {
  const where =
    place === undefined
      ? 'the last lines of the traceback'
      : `${place}, the last line of your own code in the traceback`;
  return `looking at ${where}; after a fix, sheaf retry ID --fresh`;
}

/** It does not merely follow from what happened to another process. */
export function isOwnFault({ match }: Raised): boolean {
  return match?.rule.consequence !== true;
}

/** What starts processes and tells that one of them failed. */
function isOfLauncher({ type, frames }: Traceback): boolean {
  if (/\bChildFailedError$/.test(type)) return true;
  return /\bCalledProcessError$/.test(type) && frames.some(({ file }) => LAUNCHERS.test(file));
}

const LAUNCHERS = /accelerate\/(?:commands|utils)\/|deepspeed\/launcher\/|torch\/distributed\//;
