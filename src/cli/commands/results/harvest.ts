import {
  cleanText,
  type Discovered,
  type Discovery,
  type ExperimentManager,
  type HarvestLine,
  type HarvestReport,
  type Selector,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import type { MissingMetric } from '../../../core/experiment/metric.ts';
import type { Value } from '../../../core/value.ts';
import { discoverJson, harvestJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import { type Answer, exitCodeOf } from '../../shell/answer.ts';
import { SELECTION_FLAGS } from '../../flags/flags.ts';
import { sourceText } from '../../views/metric-view.ts';
import { IDS, isChosen, selectorOf } from '../../flags/selection.ts';
import { formatTable } from '../../shell/table.ts';
import type { Screen } from '../../shell/terminal.ts';
import { count, some } from '../../shell/words.ts';

export const command: Command = {
  name: 'harvest',
  summary: 'Read results from logs and files of runs',
  examples: [
    ['sheaf harvest resnet50_exp'],
    ['sheaf harvest --sweep lrs'],
    ['sheaf harvest', 'everything that ended since the last harvest'],
    ['sheaf harvest resnet50_exp --live', 'partial results of running experiments'],
    ['sheaf harvest resnet50_exp --discover', 'propose rules for the template'],
  ],
  positionals: [IDS],
  flags: [
    { name: 'all', help: 'Read all experiments again, and run programs of rules again' },
    { name: 'live', help: 'Include running experiments with partial results' },
    { name: 'discover', help: 'Propose rules for the logs and files of one experiment; records nothing' },
    ...SELECTION_FLAGS,
  ],
  notes: [
    'The rules are under "harvest:" in the current template. The exit code is 0 if all metrics were found, 1 or 3 if metrics of all or some experiments were not.',
  ],
  run: async (args, session) => {
    const all = args.has('all');
    const selector = selectorOf(args);
    const manager = await session.open();
    const { signal, progress } = session;
    if (args.has('discover')) return discoverAnswer(await manager.discover(onlyOne(manager, selector), { signal }));
    return harvestAnswer(await manager.harvest({ ...selector, all }, { signal, progress, live: args.has('live') }));
  },
};

function harvestAnswer(report: HarvestReport): Answer {
  return {
    data: harvestJson(report),
    text: (screen) => harvestText(report.lines, screen),
    warnings: report.warnings,
    next: report.lines.some(({ kind }) => kind === 'harvested') ? ['sheaf export results.csv'] : [],
    exitCode: exitCodeOf(report.lines.filter(({ kind }) => kind === 'incomplete').length, report.lines.length),
  };
}

/** The experiment whose files are searched. */
function onlyOne(manager: ExperimentManager, selector: Selector): string {
  const [first, ...others] = isChosen(selector) ? manager.select(selector).rows : [];
  if (first !== undefined && others.length === 0) return first.expId;
  throw inputError('harvest.discover', '--discover needs exactly one experiment', {
    why: first === undefined ? 'none is given' : `${others.length + 1} match`,
    fix: `sheaf harvest ${first?.expId ?? 'ID'} --discover`,
  });
}

function discoverAnswer(discovery: Discovery): Answer {
  const { expId, template, rules } = discovery;
  return {
    data: discoverJson(discovery),
    text: () => (rules.length === 0 ? '' : discoveredYaml(rules)),
    remarks:
      rules.length === 0
        ? [`no metrics found in the files of ${expId}; see docs/harvest.md for how to write rules`]
        : [
            `found in ${expId}; copy the lines that you want into templates/${template}.yaml, then run: sheaf harvest --all`,
          ],
  };
}

/** The rules as a template has them, with the value that each one finds. */
function discoveredYaml(rules: readonly Discovered[]): string {
  const width = Math.min(70, Math.max(...rules.map(({ yaml }) => yaml.length)));
  const lines = rules.map(({ yaml, example, count: found }) => {
    const { value, nonfinite, source } = example;
    const what = found === 1 ? `${nonfinite ?? String(value)}, ${sourceText(source)}` : `${count(found, 'metric')}`;
    return `  ${yaml.padEnd(width)}  # ${cleanText(what)}\n`;
  });
  return `harvest:\n${lines.join('')}`;
}

/** Number of experiments that are shown with their values. */
const MOST_SHOWN = 20;

function harvestText(lines: readonly HarvestLine[], screen: Screen): string {
  const byKind = Map.groupBy(lines, ({ kind }) => kind);
  const of = (kind: HarvestLine['kind']): readonly HarvestLine[] => byKind.get(kind) ?? [];
  const read = [...of('harvested'), ...of('incomplete')];
  const withValues = [...of('harvested'), ...of('incomplete').filter((line) => Object.keys(line.metrics).length > 0)];
  const metrics = metricNames(read);
  const found = metrics.length === 0 ? '' : `: ${some(metrics, 6)}`;
  return [
    lines.length === 0 ? 'Nothing new to harvest\n' : `Harvested ${withValues.length} of ${lines.length}${found}\n`,
    told(of('unchanged'), 'nothing new since the last harvest'),
    told(of('running'), 'still running; use --live to read partial results'),
    told(of('not_run'), 'not run yet'),
    told(
      of('harvested').filter(({ partial }) => partial),
      'ended without completing; results are marked partial',
    ),
    told(
      of('incomplete'),
      'completed without a required metric; the next harvest tries again ("required: false" in the rule makes it optional)',
    ),
    ...missingLines(lines),
    ...noteLines(read),
    read.length > 0 && read.length <= MOST_SHOWN && metrics.length > 0 ? valueTable(read, metrics, screen) : '',
  ].join('');
}

/** In the order of the rules of the experiment that has most of them. */
function metricNames(lines: readonly HarvestLine[]): string[] {
  const names = lines.map(({ metrics }) => Object.keys(metrics)).toSorted((a, b) => b.length - a.length);
  return [...new Set(names.flat())];
}

function told(lines: readonly HarvestLine[], words: string): string {
  if (lines.length === 0) return '';
  return `  ${lines.length}  ${words}: ${some(lines.map(({ expId }) => expId))}\n`;
}

/** Missing metrics, grouped by metric and reason, then by message. */
function missingLines(lines: readonly HarvestLine[]): string[] {
  const all = lines.flatMap((line) =>
    Object.entries(line.missing).map(([name, missing]) => ({ expId: line.expId, name, missing })),
  );
  const groups = Map.groupBy(all, ({ name, missing }) => JSON.stringify([name, missing.reason, missing.fix]));
  const absences = [...groups.values()].flatMap((members): Absence[] => {
    const [first] = members;
    return first === undefined ? [] : [{ ...first, expIds: members.map(({ expId }) => expId) }];
  });
  const alike = Map.groupBy(absences, ({ missing, expIds }) => JSON.stringify([missing, expIds]));
  return [...alike.values()].map(missingText);
}

/** Notes about the attempts of several experiments. */
function noteLines(lines: readonly HarvestLine[]): string[] {
  const notes = lines.flatMap(({ expId, notes: all }) => all.map((note) => ({ note, expId })));
  return [...Map.groupBy(notes, ({ note }) => note)].map(
    ([note, members]) => `  ${members.length}  ${cleanText(note)}: ${some(members.map(({ expId }) => expId))}\n`,
  );
}

/** A metric that some experiments lack for one reason. */
interface Absence {
  readonly name: string;
  readonly missing: MissingMetric;
  readonly expIds: readonly string[];
}

function missingText(absences: readonly Absence[]): string {
  const [first] = absences;
  if (first === undefined) return '';
  const { said, near, fix, optional } = first.missing;
  const details = [
    ['why', said],
    ['near', near],
    ['fix', fix],
  ] as const;
  const names = some(absences.map(({ name }) => name));
  return [
    `  ${first.expIds.length}  ${names} not found${optional ? ' (optional)' : ''}: ${some(first.expIds)}\n`,
    ...details.flatMap(([label, text]) => (text === undefined ? [] : [`     ${label.padEnd(4)} ${text}\n`])),
  ].join('');
}

function valueTable(lines: readonly HarvestLine[], metrics: readonly string[], screen: Screen): string {
  const columns = ['exp_id', ...metrics].map((name) => ({ name }));
  const rows = lines.map((line) => [line.expId, ...metrics.map((name) => valueOf(line, name))]);
  return formatTable(columns, rows, screen);
}

function valueOf({ metrics }: HarvestLine, name: string): Value | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}
