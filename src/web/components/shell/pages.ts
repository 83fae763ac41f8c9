import { useActions } from '../../state/actions.ts';
import { toHref, useRoute } from '../../state/use-route.ts';

/** The pages that the header, the palette and the keys lead to, by the first part of their address. */
export const PAGES = [
  { part: '', name: 'Home', keys: 'g h' },
  { part: 'x', name: 'Experiments', keys: 'g x' },
  { part: 'compare', name: 'Compare', keys: 'g c' },
  { part: 'cluster', name: 'Cluster', keys: 'g l' },
  { part: 'advise', name: 'Advisor', keys: 'g a' },
  { part: 'export', name: 'Export', keys: 'g e' },
  { part: 't', name: 'Templates', keys: 'g t' },
] as const;

/** Lets `g` and a letter go to a page. */
export function usePageKeys(): void {
  const { go } = useRoute();
  useActions(
    PAGES.map(({ part, name, keys }) => ({
      name: `Go to ${name}`,
      keys: [keys],
      group: 'Pages',
      act: () => go(toHref(part === '' ? [] : [part])),
    })),
  );
}
