import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

/** A view of several over the same thing. */
export interface Tab {
  readonly id: string;
  readonly name: ReactNode;
}

/** Views of which one is shown. @param onChange is given the id of another tab that was chosen */
export function Tabs({
  label,
  tabs,
  current,
  onChange,
  children,
}: {
  /** Names the row of tabs. */
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly current: string;
  readonly onChange: (id: string) => void;
  /** Of the tab that is shown. */
  readonly children: ReactNode;
}) {
  return (
    <Base.Root value={current} onValueChange={(id) => onChange(String(id))}>
      <Base.List className={styles['list']} aria-label={label}>
        {tabs.map(({ id, name }) => (
          <Base.Tab key={id} value={id} className={styles['tab']}>
            {name}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel key={current} value={current} className={styles['panel']}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
