import {
  cleanText,
  describeEvent,
  paint,
  type Overview,
  type QueuePosition,
  type Shown,
  type ShownValue,
  type Outdated,
} from '../../../app/index.ts';
import { formatStart } from '../../../core/experiment/checkpoint-file.ts';
import { describeRanCode, formatGitState } from '../../../core/experiment/code.ts';
import type { SheafEvent } from '../../../core/experiment/event.ts';
import { sumPruned } from '../../../core/experiment/record.ts';
import { wasSubmitted } from '../../../core/experiment/status.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { formatBytes } from '../../../core/units.ts';
import { inputLines } from '../input-words.ts';
import { describeOutdated, retryWords } from '../outdated-words.ts';
import { formatClockTime } from '../../../core/text/clock-time.ts';
import { count, formatPairs, some } from '../../shell/words.ts';
import { describeCause } from '../../../core/experiment/cause-words.ts';
import { describeTime } from '../status-view.ts';
import { formatIndentedTable, roundNumber } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { adviceText, attemptTable, diagnosisText, limitsText } from './attempts-text.ts';
import { resultNotes, resultTable, resultTitle } from './results-text.ts';

/** Only the last attempts are shown if there are many. */
const MOST_DIAGNOSES = 3;

/** @param withOrigins where each value comes from */
export function showText(shown: Overview, withOrigins: boolean, screen: Screen): string {
  const { experiment, params, resources, attempts, notes, events } = shown;
  const section = (title: string, text: string): string =>
    text === '' ? '' : `\n${paint(title, 'title', screen.color)}\n${text}`;
  return [
    headText(shown, screen),
    section('Parameters', valuesText(params, withOrigins, screen)),
    section('Resources', valuesText(resources, withOrigins, screen)),
    section('Data', inputLines(shown.inputs)),
    section('Attempts', attempts.length === 0 ? '' : attemptTable(attempts, screen)),
    section('Advice', attempts.slice(-1).map(adviceText).join('')),
    section('Limits', attempts.slice(-1).map(limitsText).join('')),
    section(
      'Why it failed',
      attempts
        .slice(-MOST_DIAGNOSES)
        .map((attempt) => diagnosisText(attempt, experiment.expId))
        .join(''),
    ),
    section(resultTitle(shown), resultTable(experiment, screen)),
    section('About the results', resultNotes(experiment)),
    section(
      'Notes',
      notes.map(({ atMs, user, text }) => `  ${formatClockTime(atMs)} ${user}: ${cleanText(text)}\n`).join(''),
    ),
    section('Events', (events ?? []).map(eventLine).join('')),
  ].join('');
}

function headText(shown: Overview, screen: Screen): string {
  const { experiment, status, tags, archived, folder, hasFolder, code, codeSeen, rerun, attempts, outdated, place } =
    shown;
  const { expId, createdMs, user, host, description, sweep, config } = experiment;
  const time = describeTime(status, Math.max(status.endedMs ?? 0, createdMs));
  const words = [
    paint(status.status, status.status, screen.color),
    describeCause(status),
    status.status === 'running' ? '' : time,
  ];
  return `${paint(expId, 'title', screen.color)}\n${formatPairs([
    ['status', words.filter((word) => word !== undefined && word !== '').join(' · ') + (archived ? ' · archived' : '')],
    ['queue', placeText(place)],
    ['description', cleanText(description)],
    ['created', `${formatClockTime(createdMs)} by ${user} on ${host}`],
    ['template', config.template],
    ['sweep', sweep ?? ''],
    ['tags', tags.join(', ')],
    ['code', code === undefined ? '' : codeText(code, codeSeen)],
    ...versionRows(attempts),
    ['changed', outdated === undefined ? '' : changedText(outdated, status.status)],
    ['left out', code === undefined ? '' : leftOutText(code)],
    ['repeats', rerun === undefined ? '' : rerunText(rerun)],
    ['starts from', shown.ancestry.map(startText).join(' ← ')],
    ['used by', usedByText(shown.usedBy)],
    ['deleted', deletedText(experiment)],
    ['unused', shown.unused.map(({ name, why }) => `${name}: ${why}`).join(', ')],
    ['set aside', shown.interrupted ?? ''],
    ['folder', hasFolder || wasSubmitted(experiment) ? folder : `${folder} (the first submit makes it)`],
    ['ran in', attempts.findLast(({ workFolder }) => workFolder !== undefined)?.workFolder ?? ''],
  ])}`;
}

function placeText(place: QueuePosition | undefined): string {
  const { before, startMs } = place ?? {};
  return [
    ...(before === undefined ? [] : [before === 0 ? 'next in line' : `${groupDigits(before)} ahead of it`]),
    ...(startMs === undefined ? [] : [`expected to start ${formatClockTime(startMs)}`]),
  ].join('; ');
}

function eventLine(event: SheafEvent): string {
  const who = event.by === undefined ? event.user : `${event.user} (${event.by})`;
  return `  ${formatClockTime(event.atMs)} ${who}: ${cleanText(describeEvent(event))}\n`;
}

/** A completed experiment is not retried. */
function changedText(outdated: Outdated, status: Shown['status']['status']): string {
  const words = describeOutdated(outdated);
  return status === 'completed' ? words : `${words}; sheaf retry runs ${retryWords(outdated)}`;
}

/** The code of the attempts before the last `retry --fresh`, newest first. */
function versionRows(attempts: Shown['attempts']): [string, string][] {
  return attempts.flatMap((attempt) => {
    if (!attempt.fresh) return [];
    const before = attempts.findLast(({ stage, n }) => stage === attempt.stage && n < attempt.n);
    if (before?.code === undefined || attempt.code === undefined) return [];
    return [['', `${attempt.name} is fresh: ${codeText(attempt.code)}; ${before.name} had ${codeText(before.code)}`]];
  });
}

function codeText(code: NonNullable<Shown['code']>, seen?: Shown['codeSeen']): string {
  if (!('mode' in code)) return `${formatGitState(code)} when it was created`;
  const lines = code.dirty;
  const size =
    lines === undefined || lines.addedLines + lines.removedLines === 0
      ? ''
      : ` (${lines.addedLines} lines added, ${lines.removedLines} removed)`;
  return describeRanCode(code, seen, size);
}

/** Files of the project that its snapshot leaves out, such as secrets. */
function leftOutText(code: NonNullable<Shown['code']>): string {
  if (!('mode' in code) || code.mode !== 'snapshot' || code.leftOut === undefined) return '';
  return some(
    code.leftOut.map(({ path, why }) => `${cleanText(path)} (${why.replaceAll('_', ' ')})`),
    5,
  );
}

/** `12 checkpoints, 3.4 GiB` */
function deletedText({ record }: Shown['experiment']): string {
  const pruned = sumPruned(record);
  return pruned === undefined ? '' : `${count(pruned.count, 'checkpoint')}, ${formatBytes(pruned.bytes)}`;
}

function rerunText({ of, differences }: NonNullable<Shown['rerun']>): string {
  if (differences === undefined) return of;
  if (differences.length === 0) return `${of}, in the same environment`;
  return `${of}; not the same: ${some(differences.map(({ name }) => name))}   (sheaf diff shows all)`;
}

/** `pretrain@5000 (best val_acc 0.93 at step 5000)` */
function startText(start: Shown['ancestry'][number]): string {
  const { metric, asked, isGone } = start;
  const best = asked.endsWith('@best') ? 'best ' : '';
  const facts = [
    ...(metric === undefined ? [] : [`${best}${metric.name} ${roundNumber(metric.value)} at step ${metric.step}`]),
    ...(isGone ? ['gone'] : []),
  ];
  return formatStart(start) + (facts.length === 0 ? '' : ` (${cleanText(facts.join(', '))})`);
}

function usedByText(names: readonly string[]): string {
  return names.length === 0 ? '' : `${count(names.length, 'experiment')}: ${some(names, 5)}`;
}

function valuesText(values: readonly ShownValue[], withOrigins: boolean, screen: Screen): string {
  if (values.length === 0) return '';
  if (!withOrigins) return formatPairs(values.map(({ name, text }) => [name, text === '' ? '""' : cleanText(text)]));
  const columns = [
    { name: 'name' },
    { name: 'value', keep: true, minWidth: 12 } as const,
    { name: 'from', minWidth: 12 },
  ];
  return formatIndentedTable(
    columns,
    values.map(({ name, text, origin }) => [name, text, origin]),
    screen,
  );
}
