import { useCallback, useMemo, useState } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { PageHeading } from '../../components/page-heading.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { toHref } from '../../state/use-route.ts';
import { writeSort } from '../../state/sort-setting.ts';
import { changeColumn, chooseUsual, describeColumns } from './columns/column-choice.ts';
import type { Place } from './grid/grid-props.ts';
import { Grid } from './grid/grid.tsx';
import { useColumns } from './grid/use-columns.ts';
import { useAddress } from './list/use-address.ts';
import { useList, type RowRange } from './list/use-list.ts';
import { useQueryText } from './list/use-query.ts';
import { WINDOW_ROWS } from './list/windows.ts';
import { nextSort } from './list/next-sort.ts';
import { isSelected, toggleId } from './selection/selection.ts';
import styles from './experiments-page.module.css';

const NO_TINT = (): boolean => false;

/** All experiments: which of them, in which order, by which columns. */
export function ExperimentsPage() {
  const [address, change] = useAddress();
  const { checked, where } = useQueryText(address.where);
  const sample = useCall('page', { columns: ['all'] });
  const known = useMemo(
    () => new Map((sample.data === undefined ? [] : describeColumns(sample.data)).map((each) => [each.name, each])),
    [sample.data],
  );
  const chosen = useMemo(
    () => address.columns?.filter(({ name }) => known.has(name)) ?? chooseUsual([...known.values()]),
    [address.columns, known],
  );
  const sort = address.sort !== undefined && known.has(address.sort.field) ? address.sort : undefined;
  const request = useMemo(
    () =>
      known.size === 0 || where === undefined
        ? undefined
        : {
            ...(where === '' ? {} : { where }),
            ...(sort === undefined ? {} : { sort }),
            columns: [...new Set(['exp_id', 'status', 'cause', ...chosen.map(({ name }) => name)])],
          },
    [known, where, sort, chosen],
  );
  const [range, setRange] = useState<RowRange>({ first: 0, last: 0 });
  const onRange = useCallback((next: RowRange) => {
    const inWindow = (row: number): number => Math.floor(row / WINDOW_ROWS);
    setRange((now) =>
      inWindow(now.first) === inWindow(next.first) && inWindow(now.last) === inWindow(next.last) ? now : next,
    );
  }, []);
  const list = useList(request, range);
  const columns = useColumns(chosen, known, (name, width) =>
    change({ columns: changeColumn(chosen, name, { width }) }, { replace: true }),
  );
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  useCommand(
    request &&
      commandOf({
        command: 'list',
        ...(where ? { where } : {}),
        ...(sort === undefined ? {} : { sort }),
        columns: chosen.map(({ name }) => name),
      }),
  );
  const problem = sample.error ?? list.error;
  if (problem !== null && list.total === undefined) return <ProblemView error={problem} retry={list.renew} />;
  return (
    <div className={styles['page']}>
      <PageHeading title="Experiments" />
      <p>
        {list.total === undefined ? '' : formatCount(list.total, 'experiment')}{' '}
        {checked.ok ? '' : checked.problem.message}
      </p>
      <Grid
        list={list}
        columns={columns}
        sort={sort}
        onSort={(name) => change({ sort: nextSort(sort, known.get(name) ?? { name, isNumeric: false }) })}
        active={active}
        onActivate={setActive}
        isSelected={(expId) => isSelected(address.selection, expId, where ?? '')}
        onSelect={(row) => {
          const expId = list.row(row)?.expId;
          if (expId) change({ selection: toggleId(address.selection, expId) }, { replace: true });
        }}
        hrefOf={(expId) => toHref(['x', expId], { q: where, s: writeSort(sort) })}
        rowHeight={28}
        onRange={onRange}
        isTinted={NO_TINT}
      />
    </div>
  );
}
