import { useEffect, useImperativeHandle, useMemo, useState, type Ref } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { describeSignificance } from '../../../../core/stats/format-summary.ts';
import { formatCount } from '../../../../core/text/phrases.ts';
import { useCall } from '../../../api/use-call.ts';
import { Loading } from '../../../components/loading.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { useCommand } from '../../../state/command.ts';
import type { KnownColumn } from '../columns/column-choice.ts';
import { Cards } from '../grid/cards.tsx';
import { Grid } from '../grid/grid.tsx';
import type { GridProps } from '../grid/grid-props.ts';
import { RowLookContext, type RowLook } from '../grid/row-look.ts';
import { useColumns } from '../grid/use-columns.ts';
import type { ChosenColumn, ListAddress } from '../list/address.ts';
import type { Row } from '../list/row.ts';
import type { RowRange } from '../list/use-list.ts';
import { GroupCell, GroupLookContext, type GroupLook } from './group-cell.tsx';
import { getRowInfo, makeGroupRow } from './group-rows.ts';
import { joinNames, parseBaseline, parseGrouping, parseSpread, splitNames, writeBaseline } from './group-settings.ts';
import type { GroupLine } from './group-words.ts';
import { useGroupList } from './use-group-list.ts';
import styles from './groups.module.css';

/** What keys of the page do with the row that they act on. */
export interface ComparedActs {
  readonly total: number;
  readonly row: (index: number) => Row | undefined;
  /** Shows or hides the runs of a group. @returns whether there is a group at that row */
  readonly toggle: (index: number) => boolean;
  /** The row as baseline, as in the address. */
  readonly baselineAt: (index: number) => string | undefined;
}

interface ComparedListProps {
  readonly grid: GridProps;
  readonly isCards: boolean;
  readonly address: ListAddress;
  /** The query that the list goes by. */
  readonly where: string;
  readonly known: ReadonlyMap<string, KnownColumn>;
  readonly chosen: readonly ChosenColumn[];
  readonly onChange: (change: Partial<ListAddress>, options?: { readonly replace?: boolean }) => void;
  readonly acts: Ref<ComparedActs>;
  /** Told which experiment keys act on. */
  readonly onFocus: (expId: string | undefined) => void;
}

const NEEDED = ['exp_id', 'status', 'cause'];

/** In pixels: a value, and its difference to the baseline below; of a group also whether that is significant. */
const COMPARED_HEIGHTS = { run: 40, group: 56 } as const;

/** The list in groups, or compared with a baseline, or both. */
export function ComparedList(props: ComparedListProps) {
  const { grid, address, where, known, chosen, onChange } = props;
  const grouping = useMemo(() => parseGrouping(address.group), [address.group]);
  const by = useMemo(() => (grouping?.kind === 'fields' ? grouping.by : []), [grouping]);
  const baseline = useMemo(() => parseBaseline(address.baseline), [address.baseline]);
  const open = useMemo(() => splitNames(address.open), [address.open]);
  const columns = useMemo(
    () => [...new Set([...NEEDED, ...chosen.map(({ name }) => name).filter((name) => known.has(name))])],
    [chosen, known],
  );
  const shared = {
    ...(where === '' ? {} : { where }),
    ...(by.length === 0 ? {} : { by }),
    ...(baseline && { reference: baseline }),
    columns,
  };
  const [range, setRange] = useState<RowRange>({ first: 0, last: 0 });
  const groups = useGroupList(
    grouping && { ...shared, ...(grid.sort === undefined ? {} : { sort: grid.sort }) },
    range,
    open,
  );
  const alone = useCall('groups', grouping === undefined && baseline ? { ...shared, limit: 0 } : undefined);
  const list = grouping === undefined ? grid.list : groups;
  const answer = grouping === undefined ? alone.data : groups.answer;
  const top = answer?.reference && makeGroupRow(answer.reference, 0);
  const topInfo = top && getRowInfo(top);

  const toggle = (id: string): void =>
    onChange(
      { open: joinNames(open.includes(id) ? open.filter((each) => each !== id) : [...open, id]) || undefined },
      { replace: true },
    );
  const look: GroupLook = {
    spread: parseSpread(address.spread),
    by,
    baseline: topInfo?.kind === 'group' ? topInfo : undefined,
    isTree: grouping !== undefined,
    isOpen: (id) => open.includes(id),
    toggle,
  };
  const rowLook = useMemo(
    (): RowLook => ({
      Cell: GroupCell,
      top,
      ...(grouping !== undefined && {
        levelOf: (row) => {
          const info = getRowInfo(row);
          if (info?.kind !== 'group') return { level: 2 };
          return row === top ? { level: 1 } : { level: 1, isOpen: open.includes(info.line.id) };
        },
      }),
    }),
    [top, grouping, open],
  );
  const widths = useMemo(
    () => chosen.map((column) => widen(column, known, baseline !== undefined)),
    [chosen, known, baseline],
  );
  const gridColumns = useColumns(widths, known, (name, width) =>
    onChange({ columns: chosen.map((each) => (each.name === name ? { ...each, width } : each)) }, { replace: true }),
  );

  useImperativeHandle(props.acts, () => ({
    total: list.total ?? 0,
    row: list.row,
    toggle: (index) => {
      const info = groupAt(list.row(index));
      if (info !== undefined) toggle(info.line.id);
      return info !== undefined;
    },
    baselineAt: (index) => {
      const row = list.row(index);
      const info = groupAt(row);
      if (info !== undefined) return writeBaseline({ group: info.line.id });
      return row?.expId ? writeBaseline({ expId: row.expId }) : undefined;
    },
  }));
  const focused = list.row(grid.active.row)?.expId ?? undefined;
  const { onFocus } = props;
  useEffect(() => onFocus(focused), [onFocus, focused]);
  useCommand(grouping && writeCommand(where, by, grid.sort, chosen, known));

  const error = grouping === undefined ? alone.error : groups.error;
  if (error !== null && answer === undefined) return <ProblemView error={error} retry={groups.renew} />;
  if (list.total === undefined) return <Loading what="groups" lines={20} />;
  const shown: GridProps = {
    ...grid,
    list: { ...list, isFormer: grid.list.isFormer },
    columns: gridColumns,
    rowHeight:
      baseline === undefined
        ? grid.rowHeight
        : Math.max(grid.rowHeight, COMPARED_HEIGHTS[grouping === undefined ? 'run' : 'group']),
    ...(grouping === undefined ? {} : { onRange: setRange }),
  };
  return (
    <div className={styles['compared']}>
      {answer?.warnings.map((warning) => (
        <PartialStrip key={warning} message={warning} />
      ))}
      <p role="status" className={styles['summary']}>
        {[
          ...(grouping === undefined
            ? []
            : [
                `${formatCount(answer?.total ?? 0, 'group')} of ${formatCount(answer?.experiments ?? 0, 'experiment')}`,
              ]),
          ...(topInfo?.kind === 'group' ? [describeBaseline(topInfo.line, grouping !== undefined)] : []),
        ].join('. ')}
      </p>
      <RowLookContext value={rowLook}>
        <GroupLookContext value={look}>{props.isCards ? <Cards {...shown} /> : <Grid {...shown} />}</GroupLookContext>
      </RowLookContext>
    </div>
  );
}

function groupAt(row: Row | undefined) {
  const info = row && getRowInfo(row);
  return info?.kind === 'group' ? info : undefined;
}

function describeBaseline({ newest, n }: GroupLine, isGrouped: boolean): string {
  const name = n === 1 ? (newest ?? 'a removed run') : `the ${n} runs of ${newest ?? 'a removed run'}`;
  if (!isGrouped) return `Compared with ${name}. Each value is of one run: ${describeSignificance(undefined, [1, n])}`;
  return `Compared with ${name}${n > 1 ? ': difference, 95 % interval, and p corrected for all groups' : ''}`;
}

/** Names have their runs beside them, and means their spread. */
function widen(column: ChosenColumn, known: ReadonlyMap<string, KnownColumn>, isCompared: boolean): ChosenColumn {
  if (column.width !== undefined) return column;
  if (column.name === 'exp_id') return { ...column, width: 320 };
  if (column.name === 'status') return { ...column, width: 240 };
  return known.get(column.name)?.source === 'results' ? { ...column, width: isCompared ? 260 : 200 } : column;
}

/** The command that prints the same groups. */
function writeCommand(
  where: string,
  by: readonly string[],
  sort: GridProps['sort'],
  chosen: readonly ChosenColumn[],
  known: ReadonlyMap<string, KnownColumn>,
): string {
  const metrics = chosen.map(({ name }) => name).filter((name) => known.get(name)?.source === 'results');
  const canSort = sort !== undefined && (metrics.includes(sort.field) || by.includes(sort.field));
  return commandOf({
    command: 'compare',
    ...(where === '' ? {} : { where }),
    groupBy: by.length === 0 ? ['all-but-seed'] : by,
    ...(metrics.length === 0 ? {} : { columns: metrics }),
    ...(canSort ? { sort } : {}),
  });
}
