import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import styles from './floating.module.css';

/** One line of a menu. */
export interface MenuItem {
  readonly name: string;
  /** Given for a line that is on or off. */
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  readonly act: () => void;
}

/** A button, and the list of what it can do. */
export function Menu({
  label,
  title,
  items,
  className,
  isOpen,
  onOpenChange,
}: {
  readonly label: ReactNode;
  /** What the button is for; it is named so if its label is a sign. */
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly className?: string | undefined;
  /** Left out: the menu keeps it itself. */
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
}) {
  return (
    <Base.Root
      {...(isOpen === undefined ? {} : { open: isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Base.Trigger className={className} aria-label={title} title={title}>
        {label}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className={styles['positioner']} collisionPadding={8}>
          <Base.Popup className={styles['menu']}>
            {items.map((item) => (
              <Line key={item.name} item={item} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Line({ item: { name, isOn, isDisabled = false, act } }: { readonly item: MenuItem }) {
  if (isOn === undefined) {
    return (
      <Base.Item className={styles['item']} disabled={isDisabled} onClick={act}>
        {name}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem className={styles['item']} checked={isOn} disabled={isDisabled} closeOnClick onClick={act}>
      <span aria-hidden="true" className={styles['tick']}>
        {isOn ? '✓' : ''}
      </span>
      {name}
    </Base.CheckboxItem>
  );
}
