import { useCallback, useState } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { Dialog } from '../../components/dialog.tsx';
import { loadLater } from '../../components/load-later.tsx';
import { Loading } from '../../components/loading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { useEntryState } from '../../state/entry-memory.ts';
import { writeSort } from '../../state/sort-setting.ts';
import { useStoredSetting } from '../../state/stored-setting.ts';
import { useMedia } from '../../state/use-media.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { changeColumn } from './columns/column-choice.ts';
import { getCurveMetric, withoutCurves } from './columns/curve-columns.ts';
import { writeExportHref } from './export-href.ts';
import { Facets } from './facets/facets.tsx';
import { asksForArchived, toggleArchived } from './filter/archived-term.ts';
import { FilterBar } from './filter/filter-bar.tsx';
import type { GridProps } from './grid/grid-props.ts';
import { useColumns } from './grid/use-columns.ts';
import { ALL_BUT_SEED } from './groups/group-settings.ts';
import type { ListAddress } from './list/address.ts';
import { nextSort } from './list/next-sort.ts';
import { useAddress } from './list/use-address.ts';
import { isSelected } from './selection/selection.ts';
import { SelectionTray } from './selection/selection-tray.tsx';
import { ShownRows } from './shown-rows.tsx';
import { TitleRow } from './title-row.tsx';
import { useRowHeight, ViewMenu } from './toolbar.tsx';
import { useActiveRow } from './use-active-row.ts';
import { useListKeys } from './use-list-keys.ts';
import { useSelecting } from './use-selecting.ts';
import { useShownList, type ShownList } from './use-shown-list.ts';
import styles from './experiments-page.module.css';

/** For those who want more than the list. */
const Peek = loadLater(async () => (await import('./peek/peek.tsx')).Peek, 'the experiment');

/** All experiments: which of them, in which order, by which columns. */
export function ExperimentsPage() {
  const [address, change] = useAddress();
  const shown = useShownList(address);
  const { list, where = '', sort, known, chosen } = shown;
  const order = writeSort(sort);
  const hrefOf = useCallback((expId: string) => toHref(['x', expId], { q: where, s: order }), [where, order]);
  const row = useActiveRow(list, address, { change, hrefOf });
  const [isPeeking, setPeeking] = useEntryState('peek', false);
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
  const toggleFacets = (): void => {
    if (isNarrow) setFacetDialog(true);
    else setFacets(facets === 'on' ? 'off' : 'on');
  };
  const { go } = useRoute();
  const exportThese = (which?: string): void => go(writeExportHref(shown, address, which));
  const exportList = (): void => exportThese();
  useListKeys({
    move: row.move,
    select: (isRange) => row.place.row >= 0 && select(row.place.row, isRange),
    peek: () => setPeeking(!isPeeking),
    open: row.open,
    takeBaseline: row.takeBaseline,
    toggleFacets,
    selectAll,
    exportList,
  });
  useCommand(writeListCommand(shown, address));

  const filter = (next: string, isTyping = false): void => {
    // The same filter sent again leaves one at the row where one is.
    if (next.trim() !== where) row.activate({ row: 0, column: row.place.column });
    change({ where: next }, { replace: isTyping });
  };
  const grid: GridProps = {
    focusRef: row.listRef,
    list,
    columns,
    sort,
    onSort: (column) => {
      const name = getCurveMetric(column) ?? column;
      change({ sort: nextSort(sort, known.get(name) ?? { name, isNumeric: false }) });
    },
    active: row.place,
    onActivate: row.activate,
    isSelected: (expId) => isSelected(address.selection, expId, where),
    onSelect: select,
    hrefOf,
    rowHeight,
    onRange: shown.onRange,
  };
  const facetList = shown.isOpening ? (
    <Loading what="counts" lines={8} />
  ) : (
    <Facets where={where} onChange={(next) => filter(next)} />
  );
  return (
    <div className={styles['page']} data-fills-screen>
      <div className={styles['top']}>
        <TitleRow
          shown={shown}
          address={address}
          onChange={change}
          onRenew={() => {
            shown.renew();
            row.focusList();
          }}
        >
          <ViewMenu
            density={density}
            onDensity={setDensity}
            hasFacets={facets === 'on'}
            toggleFacets={toggleFacets}
            selectAll={selectAll}
            hasArchived={asksForArchived(where)}
            toggleArchived={() => filter(toggleArchived(where))}
            isGrouped={address.group === ALL_BUT_SEED}
            toggleGroups={() =>
              change({
                group: address.group === ALL_BUT_SEED ? undefined : ALL_BUT_SEED,
                open: undefined,
                sort: undefined,
              })
            }
            exportList={exportList}
          />
          {isNarrow && (
            <button type="button" onClick={toggleFacets}>
              Counts
            </button>
          )}
        </TitleRow>
        <FilterBar text={address.where} known={known} onChange={filter} onLeave={row.focusList} />
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
        <ShownRows
          shown={shown}
          grid={grid}
          isCards={isCards}
          address={address}
          row={row}
          onFilter={filter}
          onChange={change}
        />
        {isPeeking && (
          <Peek
            expId={row.expId}
            href={row.expId ? hrefOf(row.expId) : '#'}
            onClose={() => {
              setPeeking(false);
              row.focusList();
            }}
          />
        )}
      </div>
      <SelectionTray
        selection={address.selection}
        onChange={(selection) => {
          change({ selection }, { replace: true });
          row.focusList();
        }}
        onShow={(next) => filter(next)}
        onExport={exportThese}
      />
      <Dialog title="Counts" isOpen={isNarrow && isFacetDialog} onOpenChange={setFacetDialog}>
        {facetList}
      </Dialog>
    </div>
  );
}

/** The line that lists the same; a list in groups has one of its own. */
function writeListCommand({ list, where = '', sort, chosen }: ShownList, { group }: ListAddress): string | undefined {
  if (group !== undefined || list.request === undefined) return undefined;
  return commandOf({
    command: 'list',
    ...(where === '' ? {} : { where }),
    ...(sort === undefined ? {} : { sort }),
    columns: withoutCurves(chosen).map(({ name }) => name),
    // The page shows all; a terminal gets 50 without this.
    limit: 0,
  });
}
