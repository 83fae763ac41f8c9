import { lazy, Suspense } from 'react';
import type { Action } from '../../../server/index.ts';
import type { Outcome } from './tell-outcome.ts';
import { useActing } from './use-acting.ts';

/** What a button offers: an action that may lack what its dialog asks for. */
export interface Offer {
  readonly name: string;
  /** Undefined if there is no such action now. */
  readonly action: Action | undefined;
  /** That open it, too. */
  readonly keys?: readonly string[];
}

export interface ActionButtonsProps {
  /** What they are for, all together. */
  readonly label: string;
  readonly offers: readonly Offer[];
  /** Called with what was done, once it was. */
  readonly onDone?: ((outcome: Outcome) => void) | undefined;
}

const KnownButtons = lazy(async () => ({ default: (await import('./known-buttons.tsx')).KnownButtons }));

/** Buttons that have something done: each shows first what it would do. Nothing if the server only looks. */
export function ActionButtons(props: ActionButtonsProps) {
  if (useActing()?.on !== true) return null;
  return (
    <Suspense>
      <KnownButtons {...props} />
    </Suspense>
  );
}
