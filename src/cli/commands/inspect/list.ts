import {
  getStatusMeaning,
  type Cell,
  type ExperimentManager,
  type Listed,
  type ListRequest,
  type TableColumn,
} from '../../../app/index.ts';
import { withoutUndefined } from '../../../core/value.ts';
import { listJson } from '../../../json/index.ts';
import type { Args } from '../../flags/args.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { SELECTION_FLAGS, type Flag } from '../../flags/flags.ts';
import { selectorOf } from '../../flags/selection.ts';
import { formatMetric } from '../../views/metric-view.ts';
import { formatTable } from '../../shell/table.ts';
import { count } from '../../shell/words.ts';
import { groupDigits } from '../../../core/text/phrases.ts';

/** Flags that `list` and `export` share. */
export const LISTING_FLAGS: readonly Flag[] = [
  { name: 'status', value: 'S', many: 'words', help: 'Experiments with one of these statuses', offers: 'status' },
  { name: 'tags', value: 'TAG', many: 'words', help: 'Experiments with all of these tags', offers: 'tag' },
  { name: 'templates', value: 'T', many: 'words', help: 'Experiments from one of these templates', offers: 'template' },
  ...SELECTION_FLAGS,
  {
    name: 'columns',
    value: 'NAME',
    many: 'words',
    help: 'Columns: names, patterns such as params.* or *_loss, or all',
    offers: 'field',
  },
  { name: 'sort', value: 'NAME', help: 'Sort by this column (default: newest first)', offers: 'field' },
  { name: 'desc', help: 'Sort in descending order' },
  { name: 'archived', help: 'Include archived experiments' },
];

/** The flag of commands that show or write a table. */
export const VIEW_FLAG: Flag = {
  name: 'view',
  value: 'NAME',
  help: 'Query, columns and order of the saved view views/NAME.yaml; other flags replace its parts',
  offers: 'view',
};

const LIMIT = 50;

export const command: Command = {
  name: 'list',
  summary: 'List experiments, without asking the scheduler',
  examples: [
    ['sheaf list'],
    ['sheaf list --status failed running'],
    ['sheaf list --where "learning_rate < 0.01 and accuracy >= 0.9"'],
    ['sheaf list --sweep lrs --sort accuracy --desc'],
    ['sheaf list --columns exp_id,status,accuracy --limit 0'],
    ['sheaf list --columns exp_id,val_acc,spark.val_acc', 'with its trend over training'],
    ['sheaf list --view failures', 'as views/failures.yaml says'],
  ],
  flags: [
    ...LISTING_FLAGS,
    VIEW_FLAG,
    { name: 'limit', value: 'N', help: `Show at most N rows; 0 for all (default: ${LIMIT})` },
  ],
  moved: { 'group-by': 'compare' },
  run: async (args, session) => {
    const limit = args.count('limit', 0) ?? LIMIT;
    const manager = await session.open();
    const request = {
      ...(await readListing(args, manager)),
      ...(limit === 0 ? {} : { limit }),
      values: session.globals.json,
    };
    return listAnswer(manager.list(request), {
      oldRules: await manager.oldRules(request),
      sortedBy: request.sort?.field,
    });
  },
};

/** The part of a request that {@link LISTING_FLAGS} give. */
export function listingOf(args: Args, ids: readonly string[] = []): ListRequest {
  const field = args.text('sort');
  return {
    ...selectorOf(args, ids),
    ...(args.has('status') ? { status: words(args.texts('status')) } : {}),
    ...(args.has('tags') ? { tags: args.texts('tags') } : {}),
    ...(args.has('templates') ? { templates: words(args.texts('templates')) } : {}),
    ...(args.has('columns') ? { columns: args.texts('columns') } : {}),
    ...(field === undefined ? {} : { sort: { field, descending: args.has('desc') } }),
    ...(args.has('archived') ? { archived: true } : {}),
  };
}

/** {@link listingOf}, with the parts of the saved view that the command line does not give. */
export async function readListing(args: Args, manager: ExperimentManager): Promise<ListRequest> {
  const listing = listingOf(args);
  const name = args.text('view');
  if (name === undefined) return listing;
  const { where, columns, sort, archived } = await manager.view(name);
  const descending = args.has('desc') || sort?.descending === true;
  return withoutUndefined({ where, columns, archived, sort: sort && { ...sort, descending }, ...listing });
}

/** `failed,running` is two words. */
function words(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
}

interface ListExtras {
  /** Warns about what is out of date. */
  readonly oldRules: readonly string[];
  readonly sortedBy: string | undefined;
}

function listAnswer(listed: Listed, { oldRules, sortedBy }: ListExtras): Answer {
  const { columns, rows, total, warnings } = listed;
  return {
    data: listJson(listed),
    text: (screen) => {
      if (total === 0 && screen.tty) return 'No experiments match.\n';
      return formatTable(
        columns.map((column) => tableColumn(column, sortedBy)),
        rows.map((row) => formatMetrics(row, columns)),
        screen,
        ' or use --columns',
      );
    },
    warnings: [...warnings, ...oldRules],
    remarks:
      total > rows.length ? [`${count(rows.length, 'experiment')} of ${groupDigits(total)}; --limit 0 lists all`] : [],
  };
}

/** With words for metrics that are NaN or infinite. */
function formatMetrics({ experiment, cells }: Listed['rows'][number], columns: Listed['columns']): readonly Cell[] {
  const metrics = experiment.record.harvest?.value.harvest.metrics ?? {};
  return cells.map((cell, i) => {
    const { source, name = '', spark } = columns[i] ?? {};
    return source === 'results' && !spark && Object.hasOwn(metrics, name) ? formatMetric(metrics[name]) : cell;
  });
}

const WIDEST_CELL = 40;

/** Columns that a table keeps on a narrow terminal, in addition to results and the sort column. */
const KEPT: ReadonlySet<string> = new Set(['exp_id', 'status']);

/** A column that a narrow terminal drops only after the parameters. */
const RECORD_PRIORITY: Readonly<Record<string, number>> = { exp_id: 4, status: 4, cause: 3 };

function tableColumn({ header, source, name }: Listed['columns'][number], sortedBy: string | undefined): TableColumn {
  const isRecord = source === 'record';
  const isKept = source === 'results' || (isRecord && KEPT.has(name)) || header === sortedBy;
  return {
    name: header,
    priority: isRecord ? (RECORD_PRIORITY[name] ?? 0) : 1,
    maxWidth: WIDEST_CELL,
    ...(isKept ? { keep: true } : {}),
    ...(isRecord && name === 'exp_id' ? { maxWidth: Infinity, minWidth: 20, cut: 'middle' } : {}),
    ...(isRecord && name === 'status' ? { meaning: getStatusMeaning } : {}),
  };
}
