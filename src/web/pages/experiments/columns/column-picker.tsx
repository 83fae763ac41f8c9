import { useState } from 'react';
import { loadLater } from '../../../components/load-later.tsx';
import { Popover } from '../../../components/popover.tsx';
import { useActions } from '../../../state/actions.ts';
import type { PickerProps } from './column-choices.tsx';

/** Not needed before it is opened. */
const ColumnChoices = loadLater(async () => (await import('./column-choices.tsx')).ColumnChoices, 'the columns');

/** Chooses which columns are shown, in which order, how wide, and which stay at the left. */
export function ColumnPicker(props: PickerProps) {
  const [isOpen, setOpen] = useState(false);
  useActions([{ name: 'Choose the columns', keys: ['C'], act: () => setOpen(true) }]);
  const { known, chosen } = props;
  return (
    <Popover
      label={`Columns ${chosen.length}/${known.length} ▾`}
      title="Choose the columns"
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      <ColumnChoices {...props} />
    </Popover>
  );
}
