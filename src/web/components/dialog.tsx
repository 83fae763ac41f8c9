import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import styles from './floating.module.css';

/** A window over the page, which has the focus until it is closed. */
export function Dialog({
  title,
  isOpen,
  onOpenChange,
  children,
}: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <Base.Root open={isOpen} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Popup className={styles['dialog']}>
          <Base.Title className={styles['title']}>{title}</Base.Title>
          {children}
          {/* The last, so that what is inside has the focus first. */}
          <Base.Close className={styles['close']} aria-label="Close">
            ✕
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
