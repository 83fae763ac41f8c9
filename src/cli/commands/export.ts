import type { Exported, ExportRequest } from '../../app/index.ts';
import { grouped } from '../../core/number-text.ts';
import { inputError } from '../../core/errors.ts';
import type { Args } from '../args.ts';
import type { Answer, Command } from '../command.ts';
import { TRACKER_FLAGS, trackerAnswer } from '../tracker-export.ts';
import { count } from '../words.ts';
import { LISTING_FLAGS, listingOf } from './list.ts';

export const command: Command = {
  name: 'export',
  summary: 'The table as a file, replaced atomically. "-" is the standard output',
  examples: [
    ['sheaf export results.csv'],
    ['sheaf export results.csv --sweep lrs --columns exp_id,learning_rate,accuracy'],
    ['sheaf export means.csv --group-by learning_rate', 'n, mean and std over the rest'],
    ['sheaf export - --format json --where "accuracy >= 0.9"'],
    ['sheaf export --to mlflow --sweep lrs', 'runs with their series, to a tracking server'],
  ],
  positionals: [{ name: 'FILE', min: 0, offers: 'file' }],
  flags: [
    {
      name: 'group-by',
      value: 'NAME',
      many: 'words',
      help: 'One row for each value of these: n, mean and std over the rest',
      offers: 'field',
    },
    {
      name: 'format',
      value: 'FORMAT',
      help: "csv or json; by default as the file's name ends",
      choices: ['csv', 'json'],
    },
    ...LISTING_FLAGS,
    ...TRACKER_FLAGS,
  ],
  notes: [
    'A metric that is missing is an empty cell, its cause in the column "missing". Columns by default: export.columns of sheaf.yaml, else what tells the experiments apart, and all metrics.',
  ],
  run: async (args, session) => {
    if (args.has('to')) return trackerAnswer(args, session);
    const format = args.text('format');
    const request: ExportRequest = {
      ...listingOf(args),
      ...(format === 'csv' || format === 'json' ? { format } : {}),
      ...(args.has('group-by') ? { groupBy: args.texts('group-by') } : {}),
    };
    const file = fileOf(args);
    return exportAnswer(file, await (await session.open()).exportResults(file, request));
  },
};

/** @throws SheafError `cli.argument.missing` */
function fileOf({ positionals: [file] }: Args): string {
  if (file !== undefined) return file;
  throw inputError('cli.argument.missing', 'sheaf export needs FILE', { fix: 'sheaf export FILE, or --to mlflow' });
}

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
