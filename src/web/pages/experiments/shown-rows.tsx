import { Empty } from '../../components/empty.tsx';
import { loadLater } from '../../components/load-later.tsx';
import { Loading } from '../../components/loading.tsx';
import { Grid } from './grid/grid.tsx';
import type { GridProps } from './grid/grid-props.ts';
import type { ListAddress } from './list/address.ts';
import type { ActiveRow } from './use-active-row.ts';
import type { ShownList } from './use-shown-list.ts';

const Cards = loadLater(async () => (await import('./grid/cards.tsx')).Cards, 'experiments');
const ComparedList = loadLater(async () => (await import('./groups/compared-list.tsx')).ComparedList, 'groups');
const NoMatch = loadLater(async () => (await import('./filter/no-match.tsx')).NoMatch, 'experiments');

/** The rows of the list, as a table, as cards or in groups; or why there are none. */
export function ShownRows({
  shown: { list, where = '', known, chosen, checked, error },
  grid,
  isCards,
  address,
  row,
  onFilter,
  onChange,
}: {
  readonly shown: ShownList;
  readonly grid: GridProps;
  readonly isCards: boolean;
  readonly address: ListAddress;
  readonly row: ActiveRow;
  readonly onFilter: (where: string) => void;
  readonly onChange: (change: Partial<ListAddress>, options?: { readonly replace?: boolean }) => void;
}) {
  if (!list.total && !checked.ok) return <Empty why="The filter is not a query yet. Correct the underlined part." />;
  // That the list before this one was empty says nothing of this one.
  const isUnknown = list.total === undefined || (list.total === 0 && list.isStale);
  if (isUnknown) return error === null ? <Loading what="experiments" lines={20} /> : null;
  if (list.total === 0) return <NoMatch where={where} onChange={onFilter} />;
  if (row.isCompared) {
    return (
      <ComparedList
        grid={grid}
        isCards={isCards}
        address={address}
        where={where}
        known={known}
        chosen={chosen}
        onChange={onChange}
        acts={row.comparedRef}
        onFocus={row.onComparedFocus}
      />
    );
  }
  return isCards ? <Cards {...grid} /> : <Grid {...grid} />;
}
