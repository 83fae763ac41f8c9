import { useMemo } from 'react';
import { changeSettings, useRoute } from '../../../state/use-route.ts';
import { readAddress, writeAddress, type ListAddress } from './address.ts';

/**
 * What the address says about the list, and how to change a part of it. A change that one may want to undo is a step
 * of the browser; `replace` is for what changes while one types or selects.
 */
export function useAddress(): readonly [
  ListAddress,
  (change: Partial<ListAddress>, options?: { readonly replace?: boolean }) => void,
] {
  const { route } = useRoute();
  const address = useMemo(() => readAddress(route.settings), [route.settings]);
  return [
    address,
    (change, options) =>
      changeSettings(route, (settings) => writeAddress({ ...readAddress(settings), ...change }), options),
  ];
}
