import type { HarvestLine, HarvestReport } from '../../app/index.ts';
import type { ExitCode } from '../../core/errors.ts';
import type { MissingMetric } from '../../core/metric.ts';
import type { Answer, Command } from '../command.ts';
import { SELECTION_FLAGS } from '../flags.ts';
import type { Json } from '../json.ts';
import { IDS, selectorOf } from '../selection.ts';
import { tableText } from '../table.ts';
import type { Screen } from '../terminal.ts';
import { some } from '../words.ts';

export const command: Command = {
  name: 'harvest',
  summary: 'Read results from what the runs left behind',
  examples: [
    ['sheaf harvest resnet50_exp'],
    ['sheaf harvest --sweep lrs'],
    ['sheaf harvest', 'whatever ended and was not read yet'],
    ['sheaf harvest resnet50_exp --live', 'values so far of what still runs'],
  ],
  positionals: [IDS],
  flags: [
    { name: 'all', help: 'All experiments, also those that were read before' },
    { name: 'live', help: 'Also what still runs: the values so far' },
    ...SELECTION_FLAGS,
  ],
  notes: [
    'What to read is said under "harvest:" in the template of today. Exit code: 0 when nothing is amiss, 1 or 3 when metrics of all or some could not be found.',
  ],
  run: async (args, session) => {
    const all = args.has('all');
    const selector = selectorOf(args);
    const manager = await session.open();
    const { signal, progress } = session;
    return harvestAnswer(await manager.harvest({ ...selector, all }, { signal, progress, live: args.has('live') }));
  },
};

function harvestAnswer(report: HarvestReport): Answer {
  return {
    data: report.lines.map(lineJson),
    text: (screen) => harvestText(report.lines, screen),
    warnings: report.warnings,
    next: report.lines.some(({ kind }) => kind === 'harvested') ? ['sheaf export results.csv'] : [],
    exitCode: exitCodeOf(report.lines),
  };
}

function lineJson({ expId, kind, metrics, missing, partial }: HarvestLine): Json {
  const reasons = Object.entries(missing).map(([name, { reason, said, near, fix, optional }]): [string, Json] => [
    name,
    { reason, said, near: near ?? null, fix: fix ?? null, optional: optional ?? false },
  ]);
  return { exp_id: expId, kind, partial, metrics, missing: Object.fromEntries(reasons) };
}

function exitCodeOf(lines: readonly HarvestLine[]): ExitCode {
  const incomplete = lines.filter(({ kind }) => kind === 'incomplete').length;
  if (incomplete === 0) return 0;
  return incomplete === lines.length ? 1 : 3;
}

/** So many experiments are shown with their values. */
const MOST_SHOWN = 20;

function harvestText(lines: readonly HarvestLine[], screen: Screen): string {
  const byKind = Map.groupBy(lines, ({ kind }) => kind);
  const of = (kind: HarvestLine['kind']): readonly HarvestLine[] => byKind.get(kind) ?? [];
  const read = [...of('harvested'), ...of('incomplete')];
  const metrics = [...new Set(read.flatMap((line) => Object.keys(line.metrics)))];
  const found = metrics.length === 0 ? '' : `: ${some(metrics, 6)}`;
  return [
    lines.length === 0
      ? 'Nothing new to harvest\n'
      : `Harvested ${of('harvested').length} of ${lines.length}${found}\n`,
    told(of('unchanged'), 'nothing new since the last harvest'),
    told(of('running'), 'still running; --live takes the values so far'),
    told(of('not_run'), 'not run yet'),
    told(
      of('harvested').filter(({ partial }) => partial),
      'ended without completing: values so far, marked partial',
    ),
    ...missingLines(lines),
    read.length > 0 && read.length <= MOST_SHOWN && metrics.length > 0 ? valueTable(read, metrics, screen) : '',
  ].join('');
}

function told(lines: readonly HarvestLine[], words: string): string {
  if (lines.length === 0) return '';
  return `  ${lines.length}  ${words}: ${some(lines.map(({ expId }) => expId))}\n`;
}

/** Metrics that were not found, those with the same words together. */
function missingLines(lines: readonly HarvestLine[]): string[] {
  const all = lines.flatMap((line) =>
    Object.entries(line.missing).map(([name, missing]) => ({ expId: line.expId, name, missing })),
  );
  const groups = Map.groupBy(all, ({ name, missing }) => JSON.stringify([name, missing.reason, missing.fix]));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    return first === undefined
      ? []
      : [
          missingText(
            first.name,
            first.missing,
            members.map(({ expId }) => expId),
          ),
        ];
  });
}

function missingText(name: string, { said, near, fix, optional }: MissingMetric, expIds: readonly string[]): string {
  const details = [
    ['why', said],
    ['near', near],
    ['fix', fix],
  ] as const;
  return [
    `  ${expIds.length}  ${name} not found${optional ? ' (it may be missing)' : ''}: ${some(expIds)}\n`,
    ...details.flatMap(([label, text]) => (text === undefined ? [] : [`     ${label.padEnd(4)} ${text}\n`])),
  ].join('');
}

function valueTable(lines: readonly HarvestLine[], metrics: readonly string[], screen: Screen): string {
  const columns = ['exp_id', ...metrics].map((name) => ({ name }));
  const rows = lines.map((line) => [line.expId, ...metrics.map((name) => line.metrics[name])]);
  return tableText(columns, rows, screen);
}
