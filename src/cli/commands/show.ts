import { cleanText, paint, renderTable, type Experiment } from '../../app/index.ts';
import { attemptOutcome, type Attempt } from '../../core/attempt.ts';
import type { Origins } from '../../core/experiment.ts';
import type { Metric, MissingMetric } from '../../core/metric.ts';
import { attemptName, tagsOf } from '../../core/record.ts';
import { experimentStatus } from '../../core/status.ts';
import type { Pointer } from '../../core/value.ts';
import type { Command } from '../command.ts';
import { experimentJson, resourceWords } from '../experiment-view.ts';
import { isoOrNull, type Json } from '../json.ts';
import type { Screen } from '../terminal.ts';
import { namedTexts, type NamedText } from '../value-text.ts';
import { clockTime, span } from '../words.ts';

export const command: Command = {
  name: 'show',
  summary: 'All about one experiment',
  examples: [
    ['sheaf show resnet50_exp'],
    ['sheaf show resnet50_exp --origin', 'where each value came from'],
    ['sheaf show resnet50_exp --script', 'what ran, or would run'],
  ],
  positionals: [{ name: 'ID', offers: 'experiment' }],
  flags: [
    { name: 'origin', help: 'Where each value came from' },
    { name: 'script', help: 'The scripts that ran; before that, those that would run' },
    { name: 'events', help: 'All that was recorded of it, oldest first' },
  ],
  run: async (args, session) => {
    const [id = ''] = args.positionals;
    const manager = await session.open();
    const experiment = manager.find(id);
    return { data: showJson(experiment), text: (screen) => showText(experiment, args.has('origin'), screen) };
  },
};

function showJson(experiment: Experiment): Json {
  const { config, record } = experiment;
  const harvest = record.harvest?.value;
  return {
    ...experimentJson(experiment),
    origins: originsJson(config.origins),
    attempts: attemptsOf(experiment).map(attemptJson),
    harvested_at: isoOrNull(harvest?.atMs),
    partial: harvest?.harvest.partial ?? null,
    results: Object.fromEntries(Object.entries(harvest?.harvest.metrics ?? {}).map(([name, metric]) => [name, metricJson(metric)])),
    missing: Object.fromEntries(Object.entries(harvest?.harvest.missing ?? {}).map(([name, missing]) => [name, missingJson(missing)])),
  };
}

function originsJson({ sources, at }: Origins): Json {
  return Object.fromEntries(
    Object.entries(at).map(([path, [source, line, column]]) => [
      path,
      { source: sources[source] ?? null, line: line ?? null, column: column ?? null },
    ]),
  );
}

function attemptsOf({ record }: Experiment): Attempt[] {
  return Object.values(record.attempts).toSorted((a, b) => (a.submittedMs ?? 0) - (b.submittedMs ?? 0));
}

function attemptJson(attempt: Attempt): Json {
  const outcome = attemptOutcome(attempt);
  return {
    stage: attempt.stage,
    attempt: attempt.n,
    status: outcome.status === 'void' ? 'refused' : outcome.status,
    cause: outcome.status === 'failed' ? outcome.cause : null,
    token: attempt.token?.value ?? null,
    job: attempt.facts.started?.value.job ?? null,
    host: attempt.facts.started?.value.host ?? null,
    submitted_at: isoOrNull(attempt.submittedMs),
    started_at: 'startedMs' in outcome ? isoOrNull(outcome.startedMs) : null,
    ended_at: 'endedMs' in outcome ? isoOrNull(outcome.endedMs) : null,
    exit_code: outcome.status === 'failed' ? (outcome.exitCode ?? null) : null,
  };
}

function metricJson({ value, nonfinite, note, source }: Metric): Json {
  const { file, rule, line, pointer, step } = source;
  return {
    value,
    nonfinite: nonfinite ?? null,
    note: note ?? null,
    source: { file, rule, line: line ?? null, pointer: pointer ?? null, step: step ?? null },
  };
}

function missingJson({ reason, said, near, fix, optional }: MissingMetric): Json {
  return { reason, said, near: near ?? null, fix: fix ?? null, optional: optional ?? false };
}

function showText(experiment: Experiment, withOrigins: boolean, screen: Screen): string {
  const { config, record } = experiment;
  const heading = (text: string): string => `${paint(text, 'bold', screen.color)}\n`;
  const params = namedTexts(config.params, config.written, '', '');
  const attempts = attemptsOf(experiment);
  const notes = Object.values(record.notes).toSorted((a, b) => a.atMs - b.atMs);
  return [
    headText(experiment, screen),
    params.length === 0 ? '' : heading('Parameters') + paramText(params, config.origins, withOrigins, screen),
    attempts.length === 0 ? '' : heading('Attempts') + attemptTable(attempts, screen),
    resultText(experiment, heading, screen),
    notes.length === 0 ? '' : heading('Notes') + notes.map(({ atMs, user, text }) => `  ${clockTime(atMs)} ${user}: ${text}\n`).join(''),
  ].join('');
}

function headText(experiment: Experiment, screen: Screen): string {
  const { expId, createdMs, user, host, description, sweep, config, record } = experiment;
  const { status, cause } = experimentStatus(record);
  const tags = tagsOf(record);
  const rows: readonly (readonly [string, string])[] = [
    ['status', `${status}${cause === undefined ? '' : ` (${cause})`}${record.archived?.value ? ', archived' : ''}`],
    ['description', cleanText(description)],
    ['made', `${clockTime(createdMs)} by ${user} on ${host}`],
    ['template', config.template],
    ['sweep', sweep ?? ''],
    ['tags', tags.join(', ')],
    ['asks for', resourceWords(config.settings.resources)],
  ];
  return `${paint(expId, 'bold', screen.color)}\n${pairs(rows)}`;
}

/** Names and values below each other; those without a value are left out. */
function pairs(rows: readonly (readonly [string, string])[]): string {
  const shown = rows.filter(([, text]) => text !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join('');
}

function paramText(params: readonly NamedText[], origins: Origins, withOrigins: boolean, screen: Screen): string {
  if (!withOrigins) return pairs(params.map(({ name, text }) => [name, text === '' ? '""' : cleanText(text)]));
  const columns = [{ name: 'parameter' }, { name: 'value' }, { name: 'origin' }];
  return renderTable(columns, params.map(({ name, path, text }) => [name, text, originOf(`/params${path}`, origins)]), screen).text;
}

function originOf(path: Pointer, { sources, at }: Origins): string {
  const [source, line, column] = at[path] ?? [];
  if (source === undefined) return '';
  return [sources[source], line, column].filter((part) => part !== undefined).join(':');
}

function attemptTable(attempts: readonly Attempt[], screen: Screen): string {
  const rows = attempts.map((attempt) => {
    const outcome = attemptOutcome(attempt);
    const { started } = attempt.facts;
    const ran = 'endedMs' in outcome && outcome.startedMs !== undefined ? `ran ${span(outcome.startedMs, outcome.endedMs)}` : '';
    const said = outcome.status === 'failed' ? [outcome.cause, outcome.said].filter((part) => part !== undefined).join(': ') : '';
    const status = outcome.status === 'void' ? 'refused' : outcome.status;
    return [attemptName(attempt), status, started?.value.job ?? '', ran, started?.value.host ?? '', said];
  });
  const columns = ['attempt', 'status', 'job', 'time', 'host', 'note'].map((name) => ({ name }));
  return renderTable(columns, rows, screen).text;
}

function resultText({ record }: Experiment, heading: (text: string) => string, screen: Screen): string {
  const harvested = record.harvest?.value;
  if (harvested === undefined) return '';
  const { metrics, missing, partial } = harvested.harvest;
  const found = Object.entries(metrics).map(([name, { value, nonfinite, source }]) => [
    name,
    nonfinite ?? value,
    `${source.file}${source.line === undefined ? '' : `:${source.line}`}`,
  ]);
  const absent = Object.entries(missing).map(([name, { said }]) => [name, '', `missing: ${said}`]);
  const title = `Results, harvested ${clockTime(harvested.atMs)}${partial ? ', partial' : ''}`;
  const columns = ['metric', 'value', 'from'].map((name) => ({ name }));
  return heading(title) + renderTable(columns, [...found, ...absent], screen).text;
}
