import { Popover as Base } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import styles from './floating.module.css';

/** A button, and what it opens beside itself. */
export function Popover({
  label,
  title,
  children,
  className,
  isOpen,
  onOpenChange,
}: {
  /** Of the button. */
  readonly label: ReactNode;
  /** Names the button if its label is a sign, and what it opens. */
  readonly title: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** Left out: the popover keeps it itself. */
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
}) {
  return (
    <Base.Root
      {...(isOpen === undefined ? {} : { open: isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Base.Trigger className={className} aria-label={typeof label === 'string' ? undefined : title} title={title}>
        {label}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className={styles['positioner']} collisionPadding={8}>
          <Base.Popup className={styles['popup']} aria-label={title}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
