import { useCall } from '../../api/use-call.ts';
import { useKnownActions } from '../../state/actions.ts';
import { toHref, useRoute } from '../../state/use-route.ts';
import { hasText, hasWords, whereNamed } from './match-items.ts';

/** A line of the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly keys?: readonly string[];
  readonly act: () => void;
}

const MOST_EXPERIMENTS = 20;
const MOST_SWEEPS = 5;

/** What fits to the text: actions whose name has all its words, sweeps whose name begins with it, and experiments whose name has it. */
export function usePaletteItems(typed: string): PaletteItem[] {
  const { go } = useRoute();
  const actions = useKnownActions().filter(({ isKeyOnly }) => isKeyOnly !== true);
  const text = typed.trim();
  const page = useCall(
    'page',
    text === '' ? undefined : { where: whereNamed(text), columns: ['exp_id', 'status'], limit: MOST_EXPERIMENTS },
    { keepsFormer: true },
  );
  const sweeps = useCall('values', text === '' ? undefined : { field: 'sweep', prefix: text, limit: MOST_SWEEPS }, {
    keepsFormer: true,
  });
  // Answers to a former text stay until the next ones come: only what fits to this one may be chosen.
  const named = (text === '' ? undefined : sweeps.data)?.counts ?? [];
  const ids = (text === '' ? undefined : page.data)?.expIds ?? [];
  return [
    ...actions
      .filter(({ name }) => hasWords(name, text))
      .map((action) => ({ ...action, id: `action ${action.name}`, kind: '' })),
    ...named.flatMap(({ value, count }) =>
      typeof value === 'string' && count > 0 && hasText(value.slice(0, text.length), text)
        ? [{ id: `sweep ${value}`, name: value, kind: 'sweep', act: () => go(toHref(['s', value])) }]
        : [],
    ),
    ...ids.flatMap((id) =>
      id === null || !hasText(id, text)
        ? []
        : [{ id: `experiment ${id}`, name: id, kind: 'experiment', act: () => go(toHref(['x', id])) }],
    ),
  ];
}
