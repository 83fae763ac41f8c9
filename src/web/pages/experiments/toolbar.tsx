import { Menu } from '../../components/menu.tsx';
import { useStoredSetting } from '../../state/stored-setting.ts';

const HEIGHTS = { compact: 24, usual: 28, comfortable: 36 } as const;
type Density = keyof typeof HEIGHTS;

const NAMES: { readonly [D in Density]: string } = {
  compact: 'Compact rows',
  usual: 'Default rows',
  comfortable: 'Comfortable rows',
};

/** How high rows are, in pixels, and how to change it. */
export function useRowHeight(): readonly [number, Density, (density: Density) => void] {
  const [stored, store] = useStoredSetting('rows', 'usual');
  const density = isDensity(stored) ? stored : 'usual';
  return [HEIGHTS[density], density, store];
}

function isDensity(text: string): text is Density {
  return Object.hasOwn(HEIGHTS, text);
}

/** How the list looks in this browser. */
export function ViewMenu({
  density,
  onDensity,
  hasFacets,
  toggleFacets,
  selectAll,
  isGrouped,
  toggleGroups,
  exportList,
  hasArchived,
  toggleArchived,
}: {
  readonly density: Density;
  readonly onDensity: (density: Density) => void;
  readonly hasFacets: boolean;
  readonly toggleFacets: () => void;
  readonly selectAll: () => void;
  /** By all but the seed. */
  readonly isGrouped: boolean;
  readonly toggleGroups: () => void;
  readonly exportList: () => void;
  readonly hasArchived: boolean;
  readonly toggleArchived: () => void;
}) {
  const rows = (Object.keys(HEIGHTS) as Density[]).map((each) => ({
    name: NAMES[each],
    isOn: each === density,
    act: () => onDensity(each),
  }));
  return (
    <Menu
      label="View ▾"
      title="View"
      items={[
        ...rows,
        { name: 'Counts at the left', isOn: hasFacets, act: toggleFacets },
        { name: 'Group by all but the seed', isOn: isGrouped, act: toggleGroups },
        { name: 'Show archived', isOn: hasArchived, act: toggleArchived },
        { name: 'Select all that match', act: selectAll },
        { name: 'Export as a table …', act: exportList },
      ]}
    />
  );
}
