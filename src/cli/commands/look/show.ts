import {
  cleanText,
  describeEvent,
  paint,
  sparkline,
  type Cell,
  type Experiment,
  type ExperimentManager,
  type Outdated,
  type QueuePosition,
  type Shown,
  type ShownAttempt,
  type ShownValue,
  type StageScripts,
  type TableColumn,
} from '../../../app/index.ts';
import { ranCodeWords, stateWords } from '../../../core/experiment/code.ts';
import { SheafError } from '../../../core/errors.ts';
import { advisedWords } from '../../../core/experiment/advised.ts';
import type { SheafEvent } from '../../../core/experiment/event.ts';
import { grouped } from '../../../core/text/number-text.ts';
import { scriptsJson, showJson } from '../../../json/index.ts';
import { advisedRows } from '../../views/resources/advised-view.ts';
import type { Answer, Command } from '../../shell/command.ts';
import { sourceText } from '../../views/metric-view.ts';
import { outdatedWords, retryWords } from '../../views/outdated-words.ts';
import { pairs } from '../../shell/pairs.ts';
import { scriptsText } from '../../views/script-view.ts';
import { causeWords, timeWords } from '../../views/status-view.ts';
import { tableText } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { clockTime, some, span } from '../../shell/words.ts';

export const command: Command = {
  name: 'show',
  summary: 'Show everything about an experiment',
  examples: [
    ['sheaf show resnet50_exp'],
    ['sheaf show resnet50_exp --origin', 'sources of all values'],
    ['sheaf show resnet50_exp --script', 'scripts that ran or would run'],
  ],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  flags: [
    { name: 'origin', help: 'Show where each value came from' },
    { name: 'script', help: 'Show the scripts that ran, or would run; -v shows all of them' },
    { name: 'events', help: 'Show all recorded events, oldest first' },
  ],
  run: async (args, session) => {
    const [id = ''] = args.positionals;
    const manager = await session.open();
    if (args.has('script')) return scriptAnswer(id, await manager.scripts(id), session.globals.verbose);
    const shown = manager.show(id, { events: args.has('events') });
    const { outdated } = await manager.retryAdvice(id);
    const place = shown.status.status === 'queued' ? await placeInQueue(manager, id) : undefined;
    return {
      data: showJson(shown, { outdated, place }),
      text: (screen) => showText(shown, { place, outdated, withOrigins: args.has('origin') }, screen),
    };
  },
};

/** If the scheduler does not answer, the rest is still shown. */
async function placeInQueue(manager: ExperimentManager, id: string): Promise<QueuePosition | undefined> {
  try {
    return await manager.queuePlace(id);
  } catch (error) {
    if (error instanceof SheafError) return undefined;
    throw error;
  }
}

function placeText(place: QueuePosition | undefined): string {
  const { before, startMs } = place ?? {};
  return [
    ...(before === undefined ? [] : [before === 0 ? 'next in its partition' : `${grouped(before)} ahead of it`]),
    ...(startMs === undefined ? [] : [`expected to start ${clockTime(startMs)}`]),
  ].join('; ');
}

function scriptAnswer(id: string, scripts: readonly StageScripts[], whole: boolean): Answer {
  return {
    data: scriptsJson(scripts),
    text: () =>
      scripts
        .map(({ stage, attempt, script, run }) => {
          const what = attempt === undefined ? `would run for stage ${stage}` : `ran as ${attempt}`;
          return `# ${id}: ${what}\n\n${scriptsText({ script, run, submitted: attempt !== undefined }, whole)}`;
        })
        .join('\n'),
  };
}

function eventLine(event: SheafEvent): string {
  return `  ${clockTime(event.atMs)} ${event.user}: ${cleanText(describeEvent(event))}\n`;
}

interface ShowExtras {
  readonly place: QueuePosition | undefined;
  readonly outdated: Outdated | undefined;
  readonly withOrigins: boolean;
}

function showText(shown: Shown, { place, outdated, withOrigins }: ShowExtras, screen: Screen): string {
  const { experiment, params, resources, attempts, notes, events } = shown;
  const section = (title: string, text: string): string =>
    text === '' ? '' : `\n${paint(title, 'bold', screen.color)}\n${text}`;
  return [
    headText(shown, { queue: placeText(place), outdated }, screen),
    section('Parameters', valuesText(params, withOrigins, screen)),
    section('Resources', valuesText(resources, withOrigins, screen)),
    section('Attempts', attempts.length === 0 ? '' : attemptTable(attempts, screen)),
    section('Advice', attempts.slice(-1).map(adviceText).join('')),
    section('Limits', attempts.slice(-1).map(limitsText).join('')),
    section('Why it failed', attempts.slice(-MOST_DIAGNOSES).map(diagnosisText).join('')),
    section(resultTitle(shown), resultTable(experiment, screen)),
    section('About the results', resultNotes(experiment)),
    section(
      'Notes',
      notes.map(({ atMs, user, text }) => `  ${clockTime(atMs)} ${user}: ${cleanText(text)}\n`).join(''),
    ),
    section('Events', (events ?? []).map(eventLine).join('')),
  ].join('');
}

function headText(
  { experiment, status, tags, archived, folder, code, codeSeen, rerun, attempts }: Shown,
  { queue, outdated }: { readonly queue: string; readonly outdated: Outdated | undefined },
  screen: Screen,
): string {
  const { expId, createdMs, user, host, description, sweep, config } = experiment;
  const time = timeWords(status, Math.max(status.endedMs ?? 0, createdMs));
  const words = [status.status, causeWords(status), status.status === 'running' ? '' : time];
  return `${paint(expId, 'bold', screen.color)}\n${pairs([
    ['status', words.filter((word) => word !== undefined && word !== '').join(' · ') + (archived ? ' · archived' : '')],
    ['queue', queue],
    ['description', cleanText(description)],
    ['created', `${clockTime(createdMs)} by ${user} on ${host}`],
    ['template', config.template],
    ['sweep', sweep ?? ''],
    ['tags', tags.join(', ')],
    ['code', code === undefined ? '' : codeText(code, codeSeen)],
    ...versionRows(attempts),
    ['changed', outdated === undefined ? '' : changedText(outdated, status.status)],
    ['left out', code === undefined ? '' : leftOutText(code)],
    ['repeats', rerun === undefined ? '' : rerunText(rerun)],
    ['folder', folder],
  ])}`;
}

/** A completed experiment is not retried. */
function changedText(outdated: Outdated, status: Shown['status']['status']): string {
  const words = outdatedWords(outdated);
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
  if (!('mode' in code)) return `${stateWords(code)} when it was created`;
  const lines = code.dirty;
  const size =
    lines === undefined || lines.addedLines + lines.removedLines === 0
      ? ''
      : ` (+${lines.addedLines} −${lines.removedLines} lines)`;
  return ranCodeWords(code, seen, size);
}

/** Files of the project that its snapshot leaves out, such as secrets. */
function leftOutText(code: NonNullable<Shown['code']>): string {
  if (!('mode' in code) || code.mode !== 'snapshot' || code.leftOut === undefined) return '';
  return some(
    code.leftOut.map(({ path, why }) => `${cleanText(path)} (${why.replaceAll('_', ' ')})`),
    5,
  );
}

function rerunText({ of, differences }: NonNullable<Shown['rerun']>): string {
  if (differences === undefined) return of;
  if (differences.length === 0) return `${of}, in the same environment`;
  return `${of}; not the same: ${some(differences.map(({ name }) => name))}   (sheaf diff shows all)`;
}

function valuesText(values: readonly ShownValue[], withOrigins: boolean, screen: Screen): string {
  if (values.length === 0) return '';
  if (!withOrigins) return pairs(values.map(({ name, text }) => [name, text === '' ? '""' : cleanText(text)]));
  const columns = ['name', 'value', 'from'].map((name) => ({ name }));
  return tableText(
    columns,
    values.map(({ name, text, origin }) => [name, text, origin]),
    screen,
  );
}

/** Only the last attempts are shown if there are many. */
const MOST_DIAGNOSES = 3;

function diagnosisText({ name, diagnosis }: ShownAttempt): string {
  if (diagnosis === undefined) return '';
  const { says, line, fix } = diagnosis;
  const place = line && `${line.file}${line.number === undefined ? '' : `:${line.number}`}`;
  return pairs([
    [name, cleanText(says)],
    ['', line === undefined ? '' : `${place ?? ''}  ${cleanText(line.text)}`],
    ['', fix === undefined ? '' : `try  ${cleanText(fix)}`],
  ]);
}

function adviceText({ name, advised }: ShownAttempt): string {
  return advised === undefined ? '' : pairs([[name, advisedWords(advised)], ...advisedRows(advised)]);
}

/** The limits that replaced `auto`. */
function limitsText({ found = {} }: ShownAttempt): string {
  return pairs(
    LIMITS.map((name) => [name, found[name] === undefined ? '' : `${found[name].value}  ${found[name].basis}`]),
  );
}

const LIMITS = ['time_limit', 'mem'] as const;

function attemptTable(attempts: readonly ShownAttempt[], screen: Screen): string {
  const rows = attempts.map((attempt): Cell[] => {
    const { name, status, job, host, cause, said, exitCode, startedMs, endedMs } = attempt;
    const ran = startedMs === undefined || endedMs === undefined ? '' : `ran ${span(startedMs, endedMs)}`;
    const note = said ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`);
    const why = causeWords({ ...(cause && { cause }), ...(note !== undefined && { note }) });
    return [name, status, job, ran, host, why];
  });
  return tableText(ATTEMPT_COLUMNS, rows, screen);
}

const ATTEMPT_COLUMNS: readonly TableColumn[] = [
  { name: 'attempt', priority: 3, keep: true },
  { name: 'status', priority: 3, keep: true },
  { name: 'job', priority: 1 },
  { name: 'time', priority: 1 },
  { name: 'host' },
  { name: 'note', priority: 2, keep: true, maxWidth: 60, minWidth: 16 },
];

function resultTitle({ experiment, resultsAreOld }: Shown): string {
  const harvested = experiment.record.harvest?.value;
  if (harvested === undefined) return 'Results';
  const state = [harvested.harvest.partial ? ', partial' : '', resultsAreOld ? '; it ran again since' : ''].join('');
  return `Results, harvested ${clockTime(harvested.atMs)}${state}`;
}

/** The notes about values, each once with the metrics that it is about. */
function resultNotes({ record }: Experiment): string {
  const harvest = record.harvest?.value.harvest;
  const noted = Object.entries(harvest?.metrics ?? {}).flatMap(([name, { note }]) =>
    note === undefined ? [] : [{ name, note }],
  );
  const ofMetrics = [...Map.groupBy(noted, ({ note }) => note)].map(
    ([note, members]) => `${some(members.map(({ name }) => name))}: ${note}`,
  );
  return [...(harvest?.notes ?? []), ...ofMetrics].map((note) => `  ${cleanText(note)}\n`).join('');
}

function resultTable({ record }: Experiment, screen: Screen): string {
  const harvest = record.harvest?.value.harvest;
  if (harvest === undefined) return '';
  const entries = Object.entries(harvest.metrics);
  const withCourse = entries.some(([, { shape }]) => shape !== undefined);
  const course = (shape: string | undefined): Cell[] =>
    withCourse ? [shape === undefined ? '' : sparkline(shape)] : [];
  const found = entries.map(([name, { value, nonfinite, source, shape }]): Cell[] => [
    name,
    nonfinite ?? value,
    ...course(shape),
    sourceText(source),
  ]);
  const absent = Object.entries(harvest.missing).map(
    ([name, { said }]) => [name, `missing: ${cleanText(said)}`] as const,
  );
  const columns: readonly TableColumn[] = [
    { name: 'metric' },
    { name: 'value' },
    ...(withCourse ? [{ name: 'course' }] : []),
    { name: 'from', minWidth: 20 },
  ];
  if (!screen.tty) {
    return tableText(
      columns,
      [...found, ...absent.map(([name, why]) => [name, '', ...course(undefined), why])],
      screen,
    );
  }
  // The reason why a value is missing is a sentence, which does not fit into a column.
  return `${found.length === 0 ? '' : tableText(columns, found, screen)}${pairs(absent)}`;
}
