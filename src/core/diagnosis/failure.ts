import { makeDiagnosis, selectRulesForExit, makeQuotedDiagnosis, toOneLine, type AttemptEnd } from './diagnosed.ts';
import { type Diagnosis } from '../experiment/cause.ts';
import { NOTHING_RUN_RULES, SETUP_RULES } from './environment.ts';
import { findExceptions, isOwnFault, type Raised } from './exceptions.ts';
import { BARE_EXITS, EXIT_RULES, describeExit } from './exits.ts';
import { FILE_RULES, SHELL_FILE_RULES } from './files.ts';
import { GPU_RULES } from './gpu.ts';
import { isOfStderr, toShownLine, type Line } from './log.ts';
import { lastOfStderr } from './last-line.ts';
import { MEMORY_RULES, OOM_KILL_RULES } from './memory.ts';
import { NETWORK_RULES } from './network.ts';
import { PROGRAM_RULES, USAGE_RULES } from './program.ts';
import { findFirstFailure, type FirstFailure } from './ranks.ts';
import { matchAny, type Rule } from './rule.ts';

/** What a line alone can mean, if there is no exception. */
const LINE_RULES: readonly Rule[] = [
  ...SETUP_RULES,
  ...GPU_RULES,
  ...MEMORY_RULES,
  ...NETWORK_RULES,
  ...FILE_RULES,
  ...PROGRAM_RULES,
  ...USAGE_RULES,
];
const OWN_FAULTS: readonly Rule[] = LINE_RULES.filter(({ consequence: follows }) => follows !== true);
const CONSEQUENCES: readonly Rule[] = LINE_RULES.filter(({ consequence: follows }) => follows === true);

/** Lines at the end of a log in which a program without a traceback says why it ended. */
const LAST_LINES = 40;
/** A shell goes on after most errors: only the last of them may be why it ended. */
const LAST_WORDS = 3;
const KILLED = 128 + 9;

/** Why a program ended with an exit code of its own, or of a signal that nobody sent to its job. */
export function diagnoseFailure(end: AttemptEnd, logs: readonly (readonly Line[])[]): Diagnosis | undefined {
  const { exitCode } = end;
  const lines = logs.flat();
  const lastLines = ends(logs, LAST_LINES);
  const first = findFirstFailure(lines);
  const raised = findExceptions(logs, end);
  const root = rootOf(raised, first);
  return (
    nothingRun(exitCode, lines) ??
    killedForMemory(end, first, raised, lines) ??
    withSetup(makeDiagnosis(matchAny(selectRulesForExit(EXIT_RULES, exitCode), lastLines, lines)), lines) ??
    withSetup(root && toldFirst(first, root), lines) ??
    (first && wasStruck(first) ? diedFirst(first) : undefined) ??
    makeDiagnosis(matchAny(selectRulesForExit(OWN_FAULTS, exitCode), lastLines, lines)) ??
    makeDiagnosis(matchAny(selectRulesForExit(SHELL_FILE_RULES, exitCode), ends(logs, LAST_WORDS), lines)) ??
    consequence(raised, first) ??
    makeDiagnosis(matchAny(CONSEQUENCES, lastLines, lines)) ??
    (first?.who === undefined ? undefined : diedFirst(first)) ??
    bareExit(exitCode) ??
    lastWords(logs) ??
    lastOfStderr(exitCode, lines)
  );
}

const WRONGLY_SET_UP = 78;

/** What prepares a program complains to its standard error; what the job itself then writes is no reason. */
function nothingRun(exitCode: number | undefined, lines: readonly Line[]): Diagnosis | undefined {
  const own = exitCode === WRONGLY_SET_UP ? lines.filter(isOfStderr) : lines;
  return makeDiagnosis(matchAny(selectRulesForExit(NOTHING_RUN_RULES, exitCode), own, lines));
}

/**
 * The exception that the rest follows from. Of processes that tell their rank, the first one that failed; of one process,
 * what it failed of in the end.
 */
function rootOf(raised: readonly Raised[], first: FirstFailure | undefined): Raised | undefined {
  const own = raised.filter((each) => isOwnFault(each) && isOf(each, first));
  return own.find(({ traceback }) => traceback.rank !== undefined) ?? own.at(-1);
}

/** A traceback without a rank may be of any process. */
function isOf({ traceback: { rank } }: Raised, first: FirstFailure | undefined): boolean {
  return rank === undefined || first === undefined || rank === first.rank;
}

/** The other processes end because of it: which one it was is worth a word. */
function toldFirst(first: FirstFailure | undefined, { traceback: { rank }, diagnosis }: Raised): Diagnosis {
  const who = first === undefined && rank !== undefined ? `rank ${rank}` : first?.who;
  return byWhom(who, diagnosis);
}

function byWhom(who: string | undefined, diagnosis: Diagnosis): Diagnosis {
  return who === undefined ? diagnosis : { ...diagnosis, says: toOneLine(`${who} failed first: ${diagnosis.says}`) };
}

function wasStruck({ exitCode }: FirstFailure): boolean {
  return exitCode !== undefined && exitCode > 128;
}

function diedFirst({ who, line, exitCode }: FirstFailure): Diagnosis {
  const known = bareExit(exitCode);
  const how = exitCode === undefined ? 'failed' : describeExit(exitCode);
  const fix = known === undefined ? 'what that process itself wrote says why' : known.fix;
  return byWhom(who, {
    ...makeQuotedDiagnosis(known?.code ?? 'rank_failed', `it ${how}`, line),
    ...(fix === undefined ? {} : { fix }),
  });
}

function consequence(raised: readonly Raised[], first: FirstFailure | undefined): Diagnosis | undefined {
  const told = raised.findLast((each) => isOf(each, first));
  return told && toldFirst(first, told);
}

/** A program or a helper of it was killed, and the log mentions memory; one that failed by itself was not. */
function killedForMemory(
  { exitCode }: AttemptEnd,
  first: FirstFailure | undefined,
  raised: readonly Raised[],
  lines: readonly Line[],
): Diagnosis | undefined {
  const wasKilled = exitCode === KILLED || first?.exitCode === KILLED;
  if (!wasKilled && !raised.some(({ diagnosis }) => HELPER_GONE.has(diagnosis.code))) return undefined;
  const known = makeDiagnosis(matchAny(OOM_KILL_RULES, lines, lines));
  return known && byWhom(first?.who, known);
}

const HELPER_GONE: ReadonlySet<string> = new Set(['worker_killed', 'worker_died']);

/** A module or an environment that could not be loaded is why the program then missed something. */
function withSetup(diagnosis: Diagnosis | undefined, lines: readonly Line[]): Diagnosis | undefined {
  if (diagnosis === undefined || !MISSES.has(diagnosis.code)) return diagnosis;
  const setup = makeDiagnosis(matchAny(selectRulesForExit(SETUP_RULES, undefined), lines, lines));
  return setup === undefined ? diagnosis : { ...setup, says: toOneLine(`${setup.says}; then: ${diagnosis.says}`) };
}

const MISSES: ReadonlySet<string> = new Set(['module_missing', 'library_missing', 'command_missing', 'gpu_not_built']);

function bareExit(exitCode: number | undefined): Diagnosis | undefined {
  return exitCode === undefined ? undefined : BARE_EXITS[exitCode];
}

/** The last lines of each log that are not empty. */
function ends(logs: readonly (readonly Line[])[], count: number): Line[] {
  return logs.flatMap((log) => log.filter(({ text }) => text !== '').slice(-count));
}

/** What a program that is not known calls an error, at the very end of its log. */
function lastWords(logs: readonly (readonly Line[])[]): Diagnosis | undefined {
  const line = ends(logs, LAST_WORDS).findLast(({ text }) => ERROR_WORDS.test(text));
  return line && { code: 'error_line', says: toOneLine(line.text.trim()), line: toShownLine(line) };
}

const ERROR_WORDS = /^(?:[\w./-]+: )*\[?(?:fatal|error|panic)\]?[:! ]/i;
