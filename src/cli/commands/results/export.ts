import { withoutUndefined } from '../../../core/value.ts';
import {
  EXPORT_FORMATS,
  exportFormat,
  STAT_NAMES,
  type Exported,
  type ExportRequest,
  type ListRequest,
} from '../../../app/index.ts';
import { inputError } from '../../../core/errors.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { exportJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import type { Flag } from '../../flags/flags.ts';
import { TRACKER_FLAGS, trackerAnswer } from './tracker-export.ts';
import { count } from '../../shell/words.ts';
import { LISTING_FLAGS, readListing, VIEW_FLAG } from '../inspect/listing.ts';

/** The columns of an export can do more than those of a list. */
const SHARED_FLAGS: readonly Flag[] = LISTING_FLAGS.map((flag) =>
  flag.name === 'columns'
    ? { ...flag, help: 'Columns: names, patterns such as params.* or *_loss, all, expressions; [NAME=]VALUE[:FORMAT]' }
    : flag,
);

export const command: Command = {
  name: 'export',
  summary: 'Write the table, or a report to send, to a file, which is replaced atomically. "-" is standard output',
  examples: [
    ['sheaf export results.csv'],
    ['sheaf export results.csv --sweep lrs --columns "exp_id,lr=learning_rate,acc=accuracy*100:.2f"'],
    ['sheaf export master.csv --update', 'merge by exp_id; keeps columns that you added'],
    ['sheaf export means.csv --group-by learning_rate', 'mean, std, interval, … over the seeds'],
    ['sheaf export means.csv --group-by learning_rate --stats n,mean,std'],
    ['sheaf export table.tex --group-by learning_rate --best accuracy:max', 'mean ± std, the best in bold'],
    ['sheaf export results.parquet'],
    ['sheaf export report.html --sweep lrs', 'one file to send: groups, curves, failures, configuration, code'],
    ['sheaf export - --format json --where "accuracy >= 0.9"'],
    ['sheaf export --to mlflow --sweep lrs', 'send runs with their series to a tracking server'],
  ],
  positionals: [{ name: 'FILE', min: 0, offers: 'file' }],
  flags: [
    {
      name: 'group-by',
      value: 'NAME',
      many: 'words',
      help: 'One row for each value of NAME, with statistics of the metrics. all-but-seed: by all parameters that differ, without seeds',
      offers: 'field',
    },
    {
      name: 'stats',
      value: 'NAME',
      many: 'words',
      help: `Statistics of the groups: ${STAT_NAMES.join(', ')} (default: all)`,
    },
    {
      name: 'format',
      value: 'FORMAT',
      help: `${EXPORT_FORMATS.join(', ')} (default: by the file extension)`,
      choices: [...EXPORT_FORMATS, 'md', 'tex'],
    },
    ...SHARED_FLAGS,
    VIEW_FLAG,
    { name: 'update', help: 'Merge into an existing CSV or TSV file by exp_id instead of replacing it' },
    { name: 'raw', help: 'CSV and TSV: do not escape texts that a spreadsheet would run as formulas' },
    {
      name: 'best',
      value: 'NAME:max',
      many: 'words',
      help: 'Markdown and LaTeX: set the highest (max) or lowest (min) value in bold. HTML: the metric that ranks',
    },
    { name: 'caption', value: 'TEXT', help: 'LaTeX: caption of the table' },
    { name: 'label', value: 'NAME', help: 'LaTeX: label for references' },
    ...TRACKER_FLAGS,
  ],
  notes: [
    'A missing metric is an empty cell, and the column "missing" has the cause. Default columns: export.columns of sheaf.yaml, otherwise what distinguishes the experiments, and all metrics.',
    'An HTML file is a report that opens in a browser without a server or network: it ranks groups of runs that differ in seeds alone, by the metric that most experiments have or the one of --best.',
  ],
  run: async (args, session) => {
    if (args.has('to')) return trackerAnswer(args, session);
    const file = fileOf(args);
    const manager = await session.open();
    return exportAnswer(file, await manager.exportResults(file, requestOf(args, await readListing(args, manager))));
  },
};

/** @throws SheafError `cli.argument.missing` */
function fileOf({ positionals: [file] }: Args): string {
  if (file !== undefined) return file;
  throw inputError('cli.argument.missing', 'sheaf export needs FILE', { fix: 'sheaf export FILE, or --to mlflow' });
}

function requestOf(args: Args, listing: ListRequest): ExportRequest {
  const format = exportFormat(args.text('format') ?? '');
  const [caption, label] = [args.text('caption'), args.text('label')];
  return withoutUndefined({
    ...listing,
    ...(format && { format }),
    ...(args.has('group-by') ? { groupBy: args.texts('group-by') } : {}),
    ...(args.has('stats') ? { stats: args.texts('stats') } : {}),
    ...(args.has('best') ? { best: bestOf(args.texts('best')) } : {}),
    caption,
    label,
    raw: args.has('raw'),
    update: args.has('update'),
  });
}

/** `accuracy:max,loss:min`. @throws SheafError `cli.best` */
function bestOf(texts: readonly string[]): NonNullable<ExportRequest['best']> {
  const entries = texts
    .flatMap((text) => text.split(','))
    .map((text): [string, 'max' | 'min'] => {
      const [, name, mode] = /^(.+):(max|min)$/s.exec(text.trim()) ?? [];
      if (name !== undefined && (mode === 'max' || mode === 'min')) return [name, mode];
      throw inputError('cli.best', `--best ${text} does not say whether the highest or the lowest is best`, {
        fix: `write --best ${text.replace(/:.*/s, '')}:max, or :min`,
      });
    });
  return Object.fromEntries(entries);
}

function exportAnswer(file: string, exported: Exported): Answer {
  const { text, format, rows, experiments, missing, merged, warnings } = exported;
  const what =
    format === 'html'
      ? `${count(experiments, 'experiment')} in ${count(rows, 'ranked group')}`
      : rows === experiments
        ? count(rows, 'row')
        : `${count(rows, 'row')} over ${count(experiments, 'experiment')}`;
  const causes = Object.entries(missing).map(([cause, number]) => `${groupDigits(number)} ${cause}`);
  const changes = merged && `${groupDigits(merged.added)} new, ${groupDigits(merged.changed)} changed`;
  const done = changes === undefined ? `Wrote ${file}: ${what}` : `Updated ${file}: ${what}, ${changes}`;
  return {
    data: exportJson(exported),
    text: () => text ?? `${done}\n${causes.length === 0 ? '' : `  without a value: ${causes.join(', ')}\n`}`,
    warnings,
  };
}
