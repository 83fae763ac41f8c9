import { useEffect, useRef } from 'react';
import type { List } from '../list/use-list.ts';

/** Goes back to the first row when the rows are others or in another order. A change of columns keeps the place. */
export function useTop({ request }: List, scrollTo: (offset: number) => void): void {
  const order = JSON.stringify([request?.where, request?.sort]);
  const shown = useRef(order);
  useEffect(() => {
    if (shown.current === order) return;
    shown.current = order;
    scrollTo(0);
  }, [order, scrollTo]);
}
