import { Autocomplete } from '@base-ui/react/autocomplete';
import { useState } from 'react';
import { useActions } from '../../state/actions.ts';
import { Dialog } from '../dialog.tsx';
import { KeyNames } from '../key-names.tsx';
import { usePaletteItems, type PaletteItem } from './palette-items.ts';
import styles from './command-palette.module.css';

/** Finds pages, actions and experiments by what one types. */
export function CommandPalette() {
  const [isOpen, setOpen] = useState(false);
  useActions([
    {
      name: 'Find a page, an action or an experiment',
      keys: ['mod+k'],
      group: 'Everywhere',
      isKeyOnly: true,
      act: () => setOpen(true),
    },
  ]);
  return (
    <>
      <button type="button" title="Find a page, an action or an experiment" onClick={() => setOpen(true)}>
        Find <KeyNames keys={['mod+k']} />
      </button>
      <Dialog title="Find" isOpen={isOpen} onOpenChange={setOpen}>
        <Search close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Search({ close }: { readonly close: () => void }) {
  const [typed, setTyped] = useState('');
  const items = usePaletteItems(typed);
  const act = (item: PaletteItem): void => {
    close();
    item.act();
  };
  return (
    <Autocomplete.Root
      open
      inline
      mode="none"
      autoHighlight="always"
      keepHighlight
      items={items}
      value={typed}
      onValueChange={(value, { reason }) => reason !== 'item-press' && setTyped(value)}
      itemToStringValue={({ name }: PaletteItem) => name}
    >
      <Autocomplete.Input className={styles['input']} aria-label="Page, action or experiment" />
      <Autocomplete.Empty>
        <p className={styles['empty']}>Nothing has this name.</p>
      </Autocomplete.Empty>
      <Autocomplete.List className={styles['list']}>
        {(item: PaletteItem) => (
          <Autocomplete.Item key={item.id} value={item} className={styles['item']} onClick={() => act(item)}>
            <span className={styles['name']}>{item.name}</span>
            {item.keys === undefined ? (
              <span className={styles['kind']}>{item.kind}</span>
            ) : (
              <KeyNames keys={item.keys} />
            )}
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}
