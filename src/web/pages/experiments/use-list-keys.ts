import { useActions } from '../../state/actions.ts';

/** What keys do in the list. */
export interface ListMoves {
  readonly move: (by: number) => void;
  readonly select: (isRange: boolean) => void;
  readonly peek: () => void;
  readonly open: () => void;
  readonly takeBaseline: () => void;
  readonly toggleFacets: () => void;
  readonly selectAll: () => void;
  readonly exportList: () => void;
}

/** Makes the keys of the list known. */
export function useListKeys({
  move,
  select,
  peek,
  open,
  takeBaseline,
  toggleFacets,
  selectAll,
  exportList,
}: ListMoves): void {
  useActions([
    { name: 'Next row', keys: ['j'], isKeyOnly: true, act: () => move(1) },
    { name: 'Previous row', keys: ['k'], isKeyOnly: true, act: () => move(-1) },
    { name: 'Select the row', keys: ['x'], isKeyOnly: true, act: () => select(false) },
    { name: 'Select all rows up to here', keys: ['X'], isKeyOnly: true, act: () => select(true) },
    { name: 'Show the experiment of the row beside the list', keys: ['space'], act: peek },
    { name: 'Open the experiment of the row', keys: ['enter'], isKeyOnly: true, act: open },
    { name: 'Set or clear the row as the baseline', keys: ['b'], act: takeBaseline },
    { name: 'Show or hide the counts', keys: ['['], act: toggleFacets },
    { name: 'Select all that match', act: selectAll },
    { name: 'Export the list as a table', keys: ['e'], act: exportList },
  ]);
}
