import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import styles from './floating.module.css';

/** Makes tooltips that follow one another show at once. */
export function TooltipDelay({ children }: { readonly children: ReactNode }) {
  return <Base.Provider delay={300}>{children}</Base.Provider>;
}

/** What an element means, shown beside it while the pointer or the focus is there; Escape closes it. */
export function Tooltip({ text, children }: { readonly text: ReactNode; readonly children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} className={styles['positioner']} collisionPadding={8}>
          <Base.Popup className={styles['tooltip']}>{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
