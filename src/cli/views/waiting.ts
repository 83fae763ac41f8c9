import {
  describeEffect,
  paint,
  type ExperimentManager,
  type Selector,
  type StatusLine,
  type StatusReport,
  type Waited,
  type WaitOptions,
} from '../../app/index.ts';
import { hasEndedAsMeant, isActive } from '../../core/experiment/status.ts';
import { allEndedJson, endedJson, roundJson } from '../../json/index.ts';
import { NONE_FITS } from './acted.ts';
import { type Answer, exitCodeOf } from '../shell/answer.ts';
import { harvestText, describeUnread } from './harvest-view.ts';
import { isInterrupt } from '../shell/interrupt.ts';
import { nextAfterFailure } from './outdated-words.ts';
import type { Session } from '../shell/session.ts';
import { openWarnings } from '../shell/warnings.ts';
import { describeCause } from '../../core/experiment/cause-words.ts';
import { countWords, describeRemedies, getIcon, describeTime } from './status-view.ts';

/** Waits until experiments end, prints each one that does, and reads their results. The exit code reflects the outcome. */
export async function waitAnswer(
  manager: ExperimentManager,
  selector: Selector,
  session: Session,
  options: Pick<WaitOptions, 'harvest'> = {},
): Promise<Answer> {
  const told = new Set<string>();
  const { warn } = openWarnings(session);
  const onChange = (report: StatusReport): void => {
    warn(report.warnings);
    for (const effect of report.rounds) {
      if (session.globals.json) session.tell({ data: roundJson(effect) });
      else session.say(describeEffect(effect));
    }
    for (const line of report.lines) {
      if (isActive(line.status) || line.status === 'created' || told.has(line.expId)) continue;
      told.add(line.expId);
      tellEnd(line, report, session);
    }
  };
  try {
    const { signal, progress } = session;
    const report = await manager.wait(selector, { ...options, signal, progress, onChange });
    return endAnswer({ ...report, warnings: session.globals.json ? report.warnings : [] });
  } catch (error) {
    if (!isInterrupt(error)) throw error;
    session.say('Stopped waiting. The jobs continue.');
    return { exitCode: 130 };
  }
}

function tellEnd(line: StatusLine, { askedAtMs }: StatusReport, session: Session): void {
  const parts = [line.expId, line.status, describeCause(line), describeTime(line, askedAtMs)];
  const words = parts.filter((part) => part !== undefined && part !== '').join(' · ');
  session.tell({
    data: endedJson(line),
    text: ({ color }) => `${paint(getIcon(line.status), line.status, color)} ${words}\n`,
  });
}

function endAnswer(report: Waited): Answer {
  const { lines, results, warnings, retry } = report;
  const data = allEndedJson(report);
  return {
    data,
    text: (screen) => {
      const counts = lines.length > 1 ? `All ended: ${countWords(data.counts)}\n` : lines.length === 0 ? NONE_FITS : '';
      return `${counts}${results.lines.length === 0 ? '' : harvestText(results.lines, screen)}`;
    },
    warnings: [...warnings, ...describeUnread(results)],
    hints: describeRemedies(lines),
    next: retry === undefined ? suggestNext(report) : nextAfterFailure(retry),
    exitCode: exitCodeOf(lines.filter(({ status }) => !hasEndedAsMeant(status)).length, lines.length),
  };
}

function suggestNext({ results }: Waited): string[] {
  const [first, ...others] = results.lines;
  if (results.pending > 0 || first === undefined) return [];
  return others.length === 0 ? [`sheaf show ${first.expId}`] : ['sheaf list', 'sheaf export results.csv'];
}
