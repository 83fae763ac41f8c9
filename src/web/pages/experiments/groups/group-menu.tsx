import { useState } from 'react';
import { Menu } from '../../../components/menu.tsx';
import { useActions } from '../../../state/actions.ts';
import type { KnownColumn } from '../columns/column-choice.ts';
import type { ListAddress } from '../list/address.ts';
import { ALL_BUT_SEED, joinNames, parseSpread, SPREADS, type Spread } from './group-settings.ts';

/** More are in the address only. */
const MOST_FIELDS = 12;
const RECORD_FIELDS: ReadonlySet<string> = new Set(['template', 'sweep', 'user', 'partition']);

/** What makes groups of the list, what is beside their means, and no baseline any more. */
export function GroupMenu({
  address: { group, baseline, spread },
  known,
  onChange,
}: {
  readonly address: ListAddress;
  readonly known: readonly KnownColumn[];
  readonly onChange: (change: Partial<ListAddress>) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  useActions([{ name: 'Group the list', keys: ['G'], act: () => setOpen(true) }]);
  const by = (next: string | undefined): void => onChange({ group: next, open: undefined, sort: undefined });
  const isOffered = ({ source, name, varies }: KnownColumn): boolean =>
    varies && (source === 'params' || (source === 'record' && RECORD_FIELDS.has(name)));
  const fields = known.filter(isOffered).slice(0, MOST_FIELDS);
  return (
    <Menu
      label="Group ▾"
      title="Group"
      isOpen={isOpen}
      onOpenChange={setOpen}
      items={[
        { name: 'No groups', isOn: group === undefined, act: () => by(undefined) },
        { name: 'All but the seed', isOn: group === ALL_BUT_SEED, act: () => by(ALL_BUT_SEED) },
        ...fields.map(({ name }) => ({
          name: `By ${name}`,
          isOn: group === joinNames([name]),
          act: () => by(joinNames([name])),
        })),
        ...(group === undefined
          ? []
          : (Object.keys(SPREADS) as Spread[]).map((each) => ({
              name: SPREADS[each],
              isOn: parseSpread(spread) === each,
              act: () => onChange({ spread: each === 'std' ? undefined : each }),
            }))),
        ...(baseline === undefined ? [] : [{ name: 'No baseline', act: () => onChange({ baseline: undefined }) }]),
      ]}
    />
  );
}
