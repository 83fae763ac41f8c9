import type { ActAnswer } from '../../../server/index.ts';
import { toHref } from '../../state/use-route.ts';
import { notify } from '../toasts.tsx';

type Outcome = Extract<ActAnswer, { readonly kind: 'done' }>['outcome'];

/** Says what was done, and leads there. */
export function tellOutcome({ title, expIds, sweep, lines, problems, warnings }: Outcome): void {
  const [first] = expIds;
  const link =
    sweep !== undefined
      ? { text: sweep, href: toHref(['s', sweep]) }
      : first === undefined || expIds.length > 1
        ? undefined
        : { text: first, href: toHref(['x', first]) };
  notify(title, [...problems.map(({ message }) => message), ...lines, ...warnings].slice(0, 4).join('. '), link);
}
