import { cleanText, describeEffect, type ExperimentsProgress, type RunEvent, type SweepMade } from '../../app/index.ts';
import { sweepMadeJson } from '../../json/index.ts';
import type { Answer } from '../shell/answer.ts';
import { isInterrupt } from '../shell/interrupt.ts';
import { openLiveScreen } from '../shell/live-screen.ts';
import type { Session } from '../shell/session.ts';
import { openWarnings } from '../shell/warnings.ts';
import { createdAnswer } from './created.ts';
import { openLogPrinter } from './log-printer.ts';
import { progressLine, progressText } from './progress-view.ts';
import { runResultAnswer } from './run-result.ts';
import { submittedAnswer } from './submitted.ts';
import { sweepPlanText } from './sweep-view.ts';

/** How far a run has come. */
interface Stage {
  /** `ID`, or `--sweep NAME`: what commands take. */
  readonly which: string;
  readonly isSweep: boolean;
  readonly isSubmitted: boolean;
}

/**
 * Shows a run while it goes on: the log of an experiment, the progress of a sweep. Its answer is the outcome, or that it was
 * submitted. Ctrl-C leaves the jobs running.
 *
 * @param ask asks before a sweep is made, and gives the warnings that it showed; throws if the answer is no
 */
export async function followRun(
  events: AsyncIterable<RunEvent>,
  session: Session,
  ask: (planned: Extract<RunEvent, { kind: 'planned' }>) => Promise<readonly string[]>,
): Promise<Answer> {
  const view = openView(session);
  try {
    for await (const event of events) {
      if (event.kind === 'planned') view.skipWarnings(await ask(event));
      else view.show(event);
      if (event.kind === 'log') await session.out.drained();
    }
    return view.answer();
  } catch (error) {
    const stage = view.stage();
    if (!isInterrupt(error) || stage === undefined) throw error;
    view.close();
    for (const line of comeBackLines(stage)) session.say(line);
    return { exitCode: 130 };
  } finally {
    view.close();
  }
}

interface View {
  /** Does not show these again. */
  skipWarnings(shown: readonly string[]): void;
  show(event: Exclude<RunEvent, { kind: 'planned' }>): void;
  /** Undefined while nothing is made. */
  stage(): Stage | undefined;
  answer(): Answer;
  close(): void;
}

function openView(session: Session): View {
  const { globals, out, say } = session;
  const isShown = !globals.json && !globals.quiet;
  const { warn, skip } = openWarnings({ say: globals.json ? () => undefined : say });
  const screen = openLiveScreen(session);
  const printChunk = openLogPrinter(session);
  let stage: Stage | undefined;
  let made: SweepMade | undefined;
  /** What is on stdout if nothing comes after it, and otherwise on stderr. */
  let submitted: Answer | undefined;
  let answer: Answer = {};
  let shownLine = '';
  /** Whether the log ended in the middle of a line. */
  let isOpenLine = false;

  const tell = ({ text, done = [], warnings = [] }: Answer): void => {
    if (isShown) for (const line of [text?.(session.stderr.screen).trimEnd() ?? '', ...done]) say(line);
    warn(warnings);
  };
  const showProgress = (progress: ExperimentsProgress | undefined): void => {
    if (!isShown || progress === undefined) return;
    const line = progressLine(progress);
    // The table at the end is the output; in a pipe, what comes before it is not.
    if (!out.screen.canRedraw) {
      if (line !== shownLine) say(line);
      shownLine = line;
      return;
    }
    screen.show({
      text: (size) => `Sweep ${stage?.which.slice('--sweep '.length) ?? ''}\n${progressText(progress, size)}`,
      plain: [line],
    });
  };

  const showSubmitted = (): void => {
    if (submitted !== undefined) tell(submitted);
    submitted = undefined;
  };

  return {
    skipWarnings: skip,
    show: (event) => {
      if (event.kind !== 'result') showSubmitted();
      switch (event.kind) {
        case 'template':
          say(`Made ${event.path} from the command`);
          break;
        case 'created': {
          const { experiment } = event.created;
          stage = { which: experiment.expId, isSweep: false, isSubmitted: false };
          tell(createdAnswer(event.created, `template ${experiment.config.template}`));
          break;
        }
        case 'swept': {
          made = event.made;
          stage = { which: `--sweep ${made.name}`, isSweep: true, isSubmitted: false };
          tell({ text: () => sweepPlanText(event.made), warnings: made.warnings });
          break;
        }
        case 'submitted':
          if (stage !== undefined) stage = { ...stage, isSubmitted: true };
          submitted = addFolder(submittedAnswer(event.submitted), event, stage?.isSweep === true);
          answer = made === undefined ? submitted : { ...submitted, data: sweepMadeJson(made, event.submitted) };
          break;
        case 'log':
          if (!isShown) break;
          printChunk(event.chunk);
          if (event.chunk.kind === 'text') isOpenLine = event.chunk.bytes.at(-1) !== NEWLINE;
          // On a terminal, a message about the log begins a line.
          else if (out.screen.tty) isOpenLine = false;
          break;
        case 'progress':
          if (isShown) for (const effect of event.report.rounds) say(describeEffect(effect));
          showProgress(event.report.progress);
          warn(event.report.warnings);
          break;
        case 'result':
          if (isOpenLine) out.write('\n');
          // What stays on the terminal counts the results that were read since.
          if (out.screen.canRedraw) showProgress(event.result.progress);
          answer = { ...runResultAnswer(event.result), problems: answer.problems ?? [] };
      }
    },
    stage: () => stage,
    answer: () => answer,
    close: () => screen.close(),
  };
}

const NEWLINE = 10;

/** Says where results will be, if there is a job or will be one. */
function addFolder(
  answer: Answer,
  { submitted: { submissions, deferred }, folder }: Extract<RunEvent, { kind: 'submitted' }>,
  isSweep: boolean,
): Answer {
  if (deferred.length === 0 && !submissions.some(({ outcome }) => outcome.kind === 'accepted')) return answer;
  const line = `Results go to ${cleanText(folder)}${isSweep ? ', a folder for each experiment' : ''}\n`;
  return { ...answer, text: (screen) => `${answer.text?.(screen) ?? ''}${line}` };
}

/** How to come back to what goes on. */
function comeBackLines({ which, isSweep, isSubmitted }: Stage): string[] {
  if (!isSubmitted) return [`Stopped before ${which} was submitted. To submit it: sheaf submit ${which}`];
  return [
    isSweep ? 'Stopped following. The jobs continue:' : 'Stopped following. The job continues:',
    isSweep ? `  sheaf status ${which} --watch` : `  sheaf logs ${which} -f`,
    `  sheaf wait ${which}`,
    `  sheaf cancel ${which}`,
  ];
}
