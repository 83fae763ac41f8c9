import { STAT_NAMES, type Exported, type ExportRequest } from '../../app/index.ts';
import { grouped } from '../../core/number-text.ts';
import type { Answer, Command } from '../command.ts';
import { count } from '../words.ts';
import { LISTING_FLAGS, listingOf } from './list.ts';

export const command: Command = {
  name: 'export',
  summary: 'The table as a file, replaced atomically. "-" is the standard output',
  examples: [
    ['sheaf export results.csv'],
    ['sheaf export results.csv --sweep lrs --columns exp_id,learning_rate,accuracy'],
    ['sheaf export means.csv --group-by learning_rate', 'mean, std, interval, … over the seeds'],
    ['sheaf export means.csv --group-by learning_rate --stats n,mean,std'],
    ['sheaf export - --format json --where "accuracy >= 0.9"'],
  ],
  positionals: [{ name: 'FILE', offers: 'file' }],
  flags: [
    {
      name: 'group-by',
      value: 'NAME',
      many: 'words',
      help: 'One row for each value of these, with statistics of the metrics over the rest',
      offers: 'field',
    },
    {
      name: 'stats',
      value: 'NAME',
      many: 'words',
      help: `Statistics of the groups: ${STAT_NAMES.join(', ')}; all by default`,
    },
    {
      name: 'format',
      value: 'FORMAT',
      help: "csv or json; by default as the file's name ends",
      choices: ['csv', 'json'],
    },
    ...LISTING_FLAGS,
  ],
  notes: [
    'A metric that is missing is an empty cell, its cause in the column "missing". Columns by default: export.columns of sheaf.yaml, else what tells the experiments apart, and all metrics.',
  ],
  run: async (args, session) => {
    const format = args.text('format');
    const request: ExportRequest = {
      ...listingOf(args),
      ...(format === 'csv' || format === 'json' ? { format } : {}),
      ...(args.has('group-by') ? { groupBy: args.texts('group-by') } : {}),
      ...(args.has('stats') ? { stats: args.texts('stats') } : {}),
    };
    const [file = ''] = args.positionals;
    return exportAnswer(file, await (await session.open()).exportResults(file, request));
  },
};

function exportAnswer(
  file: string,
  { path, text, format, columns, rows, experiments, missing, warnings }: Exported,
): Answer {
  const what =
    rows === experiments ? count(rows, 'row') : `${count(rows, 'row')} over ${count(experiments, 'experiment')}`;
  const causes = Object.entries(missing).map(([cause, number]) => `${grouped(number)} ${cause}`);
  return {
    data: { path: path ?? null, format, columns, rows, experiments, missing, text: text ?? null },
    text: () =>
      text ?? `Wrote ${file}: ${what}\n${causes.length === 0 ? '' : `  without a value: ${causes.join(', ')}\n`}`,
    warnings,
  };
}
