import {
  describeEffect,
  type ExperimentManager,
  type NewResults,
  type RetryAdvice,
  type Selector,
  type StatusReport,
} from '../../../app/index.ts';
import { statusJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { NO_HARVEST, SELECTION_FLAGS } from '../../flags/flags.ts';
import { harvestSummary, describeUnread } from '../../views/harvest-view.ts';
import { isInterrupt } from '../../shell/interrupt.ts';
import { describeOutdated, nextAfterFailure, retryWords } from '../../views/outdated-words.ts';
import { openLiveScreen } from '../../shell/live-screen.ts';
import { pause } from '../../shell/pause.ts';
import { IDS, selectorOf } from '../../flags/selection.ts';
import type { Session } from '../../shell/session.ts';
import { statusLines, statusText } from '../../views/status-report.ts';
import { describeRemedies } from '../../views/status-view.ts';
import { describeWaitJob } from '../../views/sweeps/wait-job-view.ts';
import { openWarnings } from '../../shell/warnings.ts';

const WATCH_PAUSE_MS = 1_000;

export const command: Command = {
  name: 'status',
  summary: 'Show active jobs and reasons for failures. Asks the scheduler once',
  examples: [
    ['sheaf status'],
    ['sheaf status --watch', 'refresh every second'],
    ['sheaf status --sweep lrs'],
    ['sheaf status resnet50_exp --json'],
  ],
  positionals: [IDS],
  flags: [
    { name: 'watch', short: 'w', help: 'Refresh every second until Ctrl-C; asks the scheduler every 5 s' },
    NO_HARVEST,
    ...SELECTION_FLAGS,
  ],
  notes: ['Without names: queued and running jobs, and failures within the last day.'],
  run: async (args, session) => {
    const selector = selectorOf(args);
    const manager = await session.open();
    const harvest = !args.has('no-harvest');
    if (args.has('watch')) return watch(manager, selector, session, harvest);
    const report = await look(manager, selector);
    const failed = report.lines.find(({ status }) => status === 'failed');
    const advice = failed && (await manager.retryAdvice(failed.expId));
    const answer = reportAnswer(report, { narrowed: isNarrowed(selector), json: session.globals.json }, advice);
    if (report.unread === 0 || !harvest) return answer;
    if (session.globals.json)
      return addResultsToDocument(answer, report, await readResults(manager, selector, report, session));
    session.tell({ ...answer, next: [] });
    return addResults(answer, await readResults(manager, selector, report, session));
  },
};

/** How long results are read after the table is printed, milliseconds. */
const READING_MS = 1_000;

function getUnreadOnly({ unread }: StatusReport): NewResults {
  return { lines: [], pending: unread, warnings: [] };
}

async function readResults(
  manager: ExperimentManager,
  selector: Selector,
  report: StatusReport,
  { signal }: Session,
): Promise<NewResults> {
  return manager.pruneCompleted(report, await manager.harvestNew(selector, { forMs: READING_MS, signal }));
}

/** What is printed below the table. */
function addResults({ next = [] }: Answer, results: NewResults): Answer {
  const summary = results.lines.length === 0 ? [] : [harvestSummary(results.lines).trimEnd()];
  return { remarks: [...summary, ...(results.pruned ?? [])], warnings: describeUnread(results), next };
}

function addResultsToDocument(answer: Answer, report: StatusReport, results: NewResults): Answer {
  return {
    ...answer,
    data: statusJson(report, results),
    remarks: results.pruned ?? [],
    warnings: [...(answer.warnings ?? []), ...describeUnread(results)],
  };
}

function isNarrowed(selector: Selector): boolean {
  return Object.keys(selector).length > 0;
}

function look(manager: ExperimentManager, selector: Selector): Promise<StatusReport> {
  return isNarrowed(selector) ? manager.status(selector) : manager.refresh();
}

/** @param advice about the first failure */
function reportAnswer(
  report: StatusReport,
  { narrowed, json }: { readonly narrowed: boolean; readonly json: boolean },
  advice?: RetryAdvice,
): Answer {
  return {
    data: () => statusJson(report, getUnreadOnly(report)),
    text: (screen) => statusText(report, narrowed, screen),
    done: report.rounds.map(describeEffect),
    warnings: [...report.warnings, ...(advice === undefined ? [] : changedWords(advice))],
    remarks: json ? [] : (report.waitJobs ?? []).map((job) => `Sweep ${job.sweep}: ${describeWaitJob(job)}`),
    hints: describeRemedies(report.lines),
    next: advice === undefined ? [] : nextAfterFailure(advice),
  };
}

function changedWords({ expId, outdated }: RetryAdvice): string[] {
  if (outdated === undefined) return [];
  const plain = `sheaf retry ${expId} runs ${retryWords(outdated)}`;
  return [`${expId}: ${describeOutdated(outdated)}; ${plain}, and with --fresh what is there now`];
}

async function watch(
  manager: ExperimentManager,
  selector: Selector,
  session: Session,
  harvest: boolean,
): Promise<Answer> {
  const { loadWholeProgram } = await import('../../../app/index.ts');
  loadWholeProgram();
  const show = session.globals.json ? printDocuments(session) : showFrames(isNarrowed(selector), session);
  try {
    for (;;) {
      const report = await look(manager, selector);
      show.next(report);
      if (harvest && report.unread > 0) await readResults(manager, selector, report, session);
      await pause(WATCH_PAUSE_MS, session.signal);
    }
  } catch (error) {
    if (!isInterrupt(error)) throw error;
    show.close();
    session.say('Stopped watching. The jobs continue.');
    return { exitCode: 130 };
  } finally {
    show.close();
  }
}

/** Where the reports of `--watch` go. */
interface Shower {
  next(report: StatusReport): void;
  close(): void;
}

function printDocuments(session: Session): Shower {
  return {
    next: (report) => session.tell({ data: statusJson(report, getUnreadOnly(report)), warnings: report.warnings }),
    close: () => undefined,
  };
}

/** What sweeps did by themselves is shown for a while: this many lines of it. */
const MOST_EFFECTS = 3;

function showFrames(narrowed: boolean, session: Session): Shower {
  const screen = openLiveScreen(session);
  const { warn } = openWarnings(session);
  let recent: readonly string[] = [];
  return {
    next: (report) => {
      const effects = report.rounds.map(describeEffect);
      recent = [...recent, ...effects].slice(-MOST_EFFECTS);
      const remarks = { warnings: report.warnings, effects: recent };
      screen.show({
        text: (size) => statusText(report, narrowed, size, remarks),
        plain: statusLines(report, narrowed),
      });
      if (session.out.screen.canRedraw) return;
      for (const effect of effects) session.say(effect);
      warn(report.warnings);
    },
    close: () => screen.close(),
  };
}
