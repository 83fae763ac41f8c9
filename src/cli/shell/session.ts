import type { ExperimentManager, ManagerOptions, Progress, SchedulerKinds } from '../../app/index.ts';
import { inputError, SheafError } from '../../core/errors.ts';
import { makeDocument, type Document } from '../../json/index.ts';
import type { Answer } from './answer.ts';
import type { Environment } from '../../core/value.ts';
import { foldLines } from './fold-lines.ts';
import type { Globals } from './globals.ts';
import type { Output } from './output.ts';
import { openProgressLine } from './progress.ts';
import { printAnswer } from './print-answer.ts';

/** What a program around sheaf adds to it. */
export interface Extensions {
  /** Schedulers beside those that come with sheaf, by the name that `scheduler:` gives them. */
  readonly schedulers?: SchedulerKinds;
}

/** What a running command can use. */
export interface Session {
  readonly globals: Globals;
  readonly env: Environment;
  readonly extensions: Extensions;
  readonly out: Output;
  readonly stderr: Output;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** The project, opened at first use. @throws SheafError `project.none` */
  readonly open: (options?: Pick<ManagerOptions, 'staysOpen'>) => Promise<ExperimentManager>;
  /** Warnings about reading the record; empty while no project is open. */
  recordWarnings(): readonly string[];
  /** Prints one line to stderr, unless `--quiet`. */
  readonly say: (line: string) => void;
  /** Prints immediately what would otherwise be printed at the end; with `--json` one line. */
  readonly tell: (answer: Answer) => void;
  /** Whether something was printed before the end. */
  readonly hasTold: () => boolean;
  /** One record while following, with `--json`. */
  readonly record: (data: Document['data']) => void;
  /** Returns if the answer is yes. @throws SheafError `cli.question.*` if it is no, or if there is no terminal to ask */
  readonly confirm: (question: Question) => Promise<void>;
  readonly close: () => void;
}

export interface Question {
  /** `Cancel 36 jobs?` */
  readonly ask: string;
  /** `this would cancel 36 jobs` */
  readonly would: string;
}

export interface SessionParts {
  readonly globals: Globals;
  readonly env: Environment;
  readonly out: Output;
  readonly stderr: Output;
  readonly signal: AbortSignal;
  /** As typed after `sheaf`: `sweep extend`. */
  readonly command: string;
  readonly extensions: Extensions;
}

export function openSession(parts: SessionParts): Session {
  const { globals, env, extensions, out, stderr, signal } = parts;
  const bar = openProgressLine(stderr);
  const progress: Progress = globals.quiet ? () => undefined : bar.report;
  let manager: Promise<ExperimentManager> | undefined;
  let opened: ExperimentManager | undefined;
  let told = false;
  const say = (line: string): void => {
    bar.clear();
    if (!globals.quiet) stderr.write(foldLines(`${line}\n`, stderr.screen));
  };
  return {
    globals,
    env,
    extensions,
    out,
    stderr,
    signal,
    progress,
    open: (options) =>
      (manager ??= openManager(parts, progress, options).then((made) => {
        opened = made;
        return made;
      })),
    recordWarnings: () => opened?.warnings ?? [],
    say,
    record: (data) => out.write(`${JSON.stringify(makeDocument(parts.command, data, []))}\n`),
    tell: (answer) => {
      bar.clear();
      told = true;
      printAnswer(answer, parts, parts.command, false);
    },
    hasTold: () => told,
    confirm: (question) => confirm(question, parts),
    close: () => {
      bar.clear();
      void manager?.then(
        (opened) => opened.close(),
        () => undefined,
      );
    },
  };
}

async function openManager(
  { globals, env, extensions }: SessionParts,
  progress: Progress,
  options: Pick<ManagerOptions, 'staysOpen'> = {},
): Promise<ExperimentManager> {
  const { ExperimentManager } = await import('../../app/index.ts');
  return ExperimentManager.open({
    ...extensions,
    ...options,
    env,
    onFold: (events) => progress(events, 0, 'events of the journal read'),
    ...(globals.project === undefined ? {} : { dir: globals.project }),
  });
}

/** The answer to a question was no: a decision and not an error, though the command ends without what it was for. */
export class Declined extends SheafError {}

async function confirm({ ask, would }: Question, { globals, stderr, signal }: SessionParts): Promise<void> {
  if (globals.yes) return;
  if (process.stdin.isTTY !== true || !stderr.screen.tty) {
    throw inputError('cli.question.unanswered', `${would} and needs confirmation`, { fix: 'add --yes' });
  }
  stderr.write(`${ask} [y/N] `);
  if (/^y(es)?$/i.test((await readAnswer(process.stdin, signal)).trim())) return;
  throw new Declined({ code: 'cli.question.no', message: 'you answered no', now: 'nothing was changed' }, 1);
}

/** One line typed at the terminal; empty when the input ends. @throws if `signal` is aborted before that */
async function readAnswer(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      stdin.off('data', take).off('end', end).pause();
      signal.removeEventListener('abort', stop);
      act();
    };
    const take = (chunk: Buffer): void => finish(() => resolve(chunk.toString()));
    const end = (): void => finish(() => resolve(''));
    const stop = (): void => finish(() => reject(signal.reason as Error));
    stdin.on('data', take).on('end', end);
    signal.addEventListener('abort', stop, { once: true });
  });
}
