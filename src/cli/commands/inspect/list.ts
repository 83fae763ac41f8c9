import { getStatusMeaning, type Cell, type Listed, type TableColumn } from '../../../app/index.ts';
import { listJson } from '../../../json/index.ts';
import type { Command } from '../../shell/command.ts';
import type { Answer } from '../../shell/answer.ts';
import { LISTING_FLAGS, readListing, SAVE_VIEW_FLAG, saveListing, VIEW_FLAG } from './listing.ts';
import { formatMetric } from '../../views/metric-view.ts';
import { formatTable } from '../../shell/table.ts';
import { count } from '../../shell/words.ts';
import { groupDigits } from '../../../core/text/phrases.ts';

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
    ['sheaf list --where "status = failed" --columns exp_id,cause --save-view failures'],
    ['sheaf list --view failures', 'the same again'],
  ],
  flags: [
    ...LISTING_FLAGS,
    VIEW_FLAG,
    SAVE_VIEW_FLAG,
    { name: 'limit', value: 'N', help: `Show at most N rows; 0 for all (default: ${LIMIT})` },
  ],
  moved: { 'group-by': 'compare' },
  run: async (args, session) => {
    const limit = args.count('limit', 0) ?? LIMIT;
    const manager = await session.open();
    const listing = await readListing(args, manager);
    const request = { ...listing, ...(limit === 0 ? {} : { limit }), values: session.globals.json };
    const listed = manager.list(request);
    const saved = args.has('save-view') ? [await saveListing(args, listing, manager)] : [];
    const oldRules = await manager.oldRules(request);
    return listAnswer(listed, { oldRules, sortedBy: request.sort?.field, saved });
  },
};

interface ListExtras {
  /** Warns about what is out of date. */
  readonly oldRules: readonly string[];
  readonly sortedBy: string | undefined;
  /** Remarks about a view that was saved. */
  readonly saved: readonly string[];
}

function listAnswer(listed: Listed, { oldRules, sortedBy, saved }: ListExtras): Answer {
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
    remarks: [
      ...(total > rows.length
        ? [`${count(rows.length, 'experiment')} of ${groupDigits(total)}; --limit 0 lists all`]
        : []),
      ...saved,
    ],
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
