import { useState } from 'react';
import { loadLater } from '../../../components/load-later.tsx';
import { Popover } from '../../../components/popover.tsx';
import { useActions } from '../../../state/actions.ts';
import type { ListAddress } from '../list/address.ts';

/** Not needed before it is opened. */
const SavedViews = loadLater(async () => (await import('./saved-views.tsx')).SavedViews, 'the saved views');

/** The lists that the project keeps in `views/`, and how to keep this one. */
export function ViewsMenu({
  current,
  list,
  columns,
  onChange,
}: {
  /** The view that the list began with. */
  readonly current: string | undefined;
  /** What the list shows. */
  readonly list: Pick<ListAddress, 'where' | 'sort' | 'columns'>;
  /** Names of all columns that there are. */
  readonly columns: readonly string[];
  readonly onChange: (change: Partial<ListAddress>) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  useActions([{ name: 'Open or save a view', keys: ['v'], act: () => setOpen(true) }]);
  const choose = (change: Partial<ListAddress>): void => {
    setOpen(false);
    onChange(change);
  };
  return (
    <Popover label={`Saved: ${current ?? 'none'} ▾`} title="Saved views" isOpen={isOpen} onOpenChange={setOpen}>
      <SavedViews current={current} list={list} columns={columns} onChoose={choose} />
    </Popover>
  );
}
