import { useCallback, useRef, useState } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Empty } from '../../components/empty.tsx';
import { loadLater } from '../../components/load-later.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { useEntryState } from '../../state/entry-memory.ts';
import { writeSort } from '../../state/sort-setting.ts';
import { useStoredSetting } from '../../state/stored-setting.ts';
import { useMedia } from '../../state/use-media.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { changeColumn } from './columns/column-choice.ts';
import { ColumnPicker } from './columns/column-picker.tsx';
import { getCurveMetric, withoutCurves } from './columns/curve-columns.ts';
import { Facets } from './facets/facets.tsx';
import { FilterBar } from './filter/filter-bar.tsx';
import type { ComparedActs } from './groups/compared-list.tsx';
import { Grid } from './grid/grid.tsx';
import type { Place } from './grid/grid-props.ts';
import { useColumns } from './grid/use-columns.ts';
import { nextSort } from './list/next-sort.ts';
import { useAddress } from './list/use-address.ts';
import type { List } from './list/use-list.ts';
import { useShownList } from './use-shown-list.ts';
import { isSelected } from './selection/selection.ts';
import { SelectionTray } from './selection/selection-tray.tsx';
import { useRowHeight, ViewMenu } from './toolbar.tsx';
import { useListKeys } from './use-list-keys.ts';
import { useNewRows } from './use-new-rows.ts';
import { useSelecting } from './use-selecting.ts';
import { ViewsMenu } from './views/views-menu.tsx';
import styles from './experiments-page.module.css';

const Cards = loadLater(async () => (await import('./grid/cards.tsx')).Cards, 'experiments');
const ComparedList = loadLater(async () => (await import('./groups/compared-list.tsx')).ComparedList, 'groups');
const GroupMenu = loadLater(async () => (await import('./groups/group-menu.tsx')).GroupMenu, null);
/** For those who want more than the list. */
const Peek = loadLater(async () => (await import('./peek/peek.tsx')).Peek, 'the experiment');
const NoMatch = loadLater(async () => (await import('./filter/no-match.tsx')).NoMatch, 'experiments');

/** All experiments: which of them, in which order, by which columns. */
export function ExperimentsPage() {
  const { go } = useRoute();
  const [address, change] = useAddress();
  const shown = useShownList(address);
  const { list, where = '', sort, known, chosen, checked } = shown;
  const [active, setActive] = useEntryState<Place>('active', { row: 0, column: 0 });
  const [isPeeking, setPeeking] = useEntryState('peek', false);
  const grid = useRef<HTMLDivElement>(null);
  const focusList = (): void => grid.current?.focus({ preventScroll: true });
  const [rowHeight, density, setDensity] = useRowHeight();
  const [facets, setFacets] = useStoredSetting('facets', 'on');
  const [isFacetDialog, setFacetDialog] = useState(false);
  const isNarrow = useMedia('(width < 900px)');
  const isCards = useMedia('(width < 600px)');

  const columns = useColumns(chosen, shown.offered, (name, width) =>
    change({ columns: changeColumn(chosen, name, { width }) }, { replace: true }),
  );
  const { select, selectAll } = useSelecting(list, address.selection, (selection) =>
    change({ selection }, { replace: true }),
  );
  const order = writeSort(sort);
  const hrefOf = useCallback((expId: string) => toHref(['x', expId], { q: where, s: order }), [where, order]);
  const newRows = useNewRows(list);
  const isCompared = address.group !== undefined || address.baseline !== undefined;
  const compared = useRef<ComparedActs>(null);
  const [comparedFocus, setComparedFocus] = useState<string>();
  const shownRows = (): Pick<List, 'total' | 'row'> => (isCompared ? compared.current : null) ?? list;
  const focused = isCompared ? comparedFocus : list.row(active.row)?.expId;
  const toggleFacets = (): void => {
    if (isNarrow) setFacetDialog(true);
    else setFacets(facets === 'on' ? 'off' : 'on');
  };
  useListKeys({
    move: (by) => {
      setActive(({ row, column }) => ({ row: clamp(row + by, (shownRows().total ?? 1) - 1), column }));
      focusList();
    },
    select: (isRange) => active.row >= 0 && select(active.row, isRange),
    peek: () => setPeeking(!isPeeking),
    open: () => {
      if (isCompared && compared.current?.toggle(active.row) === true) return;
      if (focused) go(hrefOf(focused));
    },
    takeBaseline: () => {
      const expId = list.row(active.row)?.expId;
      const next = isCompared ? compared.current?.baselineAt(active.row) : expId && `x:${expId}`;
      if (next) change({ baseline: next === address.baseline ? undefined : next });
    },
    toggleFacets,
    selectAll,
  });
  useCommand(
    address.group !== undefined || list.request === undefined
      ? undefined
      : commandOf({
          command: 'list',
          ...(where === '' ? {} : { where }),
          ...(sort === undefined ? {} : { sort }),
          columns: withoutCurves(chosen).map(({ name }) => name),
          // The page shows all; a terminal gets 50 without this.
          limit: 0,
        }),
  );

  const filter = (next: string, isTyping = false): void => {
    // The same filter sent again leaves one at the row where one is.
    if (next.trim() !== where) setActive({ row: 0, column: active.column });
    change({ where: next }, { replace: isTyping });
  };
  const facetList = shown.isOpening ? (
    <Loading what="counts" lines={8} />
  ) : (
    <Facets where={where} onChange={(next) => filter(next)} />
  );
  const gridProps = {
    focusRef: grid,
    list,
    columns,
    sort,
    onSort: (column: string) => {
      const name = getCurveMetric(column) ?? column;
      change({ sort: nextSort(sort, known.get(name) ?? { name, isNumeric: false }) });
    },
    active,
    onActivate: setActive,
    isSelected: (expId: string) => isSelected(address.selection, expId, where),
    onSelect: select,
    hrefOf,
    rowHeight,
    onRange: shown.onRange,
  };
  return (
    <div className={styles['page']} data-fills-screen>
      <div className={styles['top']}>
        <div className={styles['titleRow']}>
          <PageHeading title="Experiments" />
          <span role="status" className={styles['count']}>
            {countWords(list.total, shown.everything)}
          </span>
          <NewRows
            count={newRows}
            renew={() => {
              shown.renew();
              focusList();
            }}
          />
          <div className={styles['tools']}>
            {isNarrow && (
              <button type="button" onClick={toggleFacets}>
                Counts
              </button>
            )}
            <ViewsMenu
              current={address.view}
              list={{ where, sort, columns: withoutCurves(chosen) }}
              columns={[...known.keys()]}
              onChange={change}
            />
            <GroupMenu address={address} known={[...known.values()]} onChange={change} />
            <ColumnPicker
              known={[...shown.offered.values()]}
              chosen={chosen}
              onChange={(next) => change({ columns: next }, { replace: true })}
            />
            <ViewMenu
              density={density}
              onDensity={setDensity}
              hasFacets={facets === 'on'}
              toggleFacets={toggleFacets}
              selectAll={selectAll}
            />
          </div>
        </div>
        <FilterBar text={address.where} known={known} onChange={filter} onLeave={focusList} />
        {shown.ignored.length > 0 && (
          <PartialStrip message={`Parts of this address mean nothing here: ${shown.ignored.join(', ')}`} />
        )}
        {list.warnings.map((warning) => (
          <PartialStrip key={warning} message={warning} />
        ))}
        {shown.error !== null && <ProblemView error={shown.error} retry={shown.renew} />}
      </div>
      <div className={styles['middle']} data-peeking={isPeeking}>
        {!isNarrow && facets === 'on' && (
          <div className={styles['facets']} role="region" aria-label="Counts" tabIndex={0}>
            {facetList}
          </div>
        )}
        {list.total === undefined ? (
          shown.error === null &&
          (checked.ok ? (
            <Loading what="experiments" lines={20} />
          ) : (
            <Empty why="The filter is not a query yet. Correct the underlined part." />
          ))
        ) : list.total === 0 ? (
          <NoMatch where={where} onChange={(next) => filter(next)} />
        ) : isCompared ? (
          <ComparedList
            grid={gridProps}
            isCards={isCards}
            address={address}
            where={where}
            known={known}
            chosen={chosen}
            onChange={change}
            acts={compared}
            onFocus={setComparedFocus}
          />
        ) : isCards ? (
          <Cards {...gridProps} />
        ) : (
          <Grid {...gridProps} />
        )}
        {isPeeking && (
          <Peek
            expId={focused}
            href={focused ? hrefOf(focused) : '#'}
            onClose={() => {
              setPeeking(false);
              focusList();
            }}
          />
        )}
      </div>
      <SelectionTray
        selection={address.selection}
        onChange={(selection) => {
          change({ selection }, { replace: true });
          focusList();
        }}
        onShow={(next) => filter(next)}
      />
      <Dialog title="Counts" isOpen={isNarrow && isFacetDialog} onOpenChange={setFacetDialog}>
        {facetList}
      </Dialog>
    </div>
  );
}

/** The list keeps its order while one reads: it says what came, and shows it when asked to. */
function NewRows({ count, renew }: { readonly count: number; readonly renew: () => void }) {
  if (count === 0) return null;
  return (
    <button type="button" className={styles['new']} onClick={renew}>
      {count > 0 ? `${groupDigits(count)} new · show` : `${groupDigits(-count)} no longer match · update`}
    </button>
  );
}

function clamp(row: number, last: number): number {
  return Math.max(0, Math.min(row, last));
}

function countWords(total: number | undefined, everything: number | undefined): string {
  if (total === undefined) return '';
  if (everything === undefined || everything === total) return groupDigits(total);
  return `${groupDigits(total)} of ${groupDigits(everything)}`;
}
