import type { ReactNode } from 'react';

/** A button that keeps the focus while it cannot act: a disabled one would lose it. */
export function SteadyButton({
  isOff,
  onPress,
  label,
  children,
}: {
  readonly isOff: boolean;
  readonly onPress: () => void;
  /** If what it shows is a sign. */
  readonly label?: string;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-disabled={isOff}
      aria-label={label}
      title={label}
      onClick={() => {
        if (!isOff) onPress();
      }}
    >
      {children}
    </button>
  );
}
