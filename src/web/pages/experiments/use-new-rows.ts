import { useState } from 'react';
import { callApi } from '../../api/call-api.ts';
import { useChanges } from '../../api/live.ts';
import type { List } from './list/use-list.ts';

/** How many experiments match what a list asked for, and the list that it was counted for. */
interface Counted {
  readonly request: List['request'];
  readonly orderVersion: number | undefined;
  readonly total: number;
}

/**
 * How many more experiments match than the list shows, whose order stays while one reads; negative if fewer do.
 */
export function useNewRows({ request, orderVersion, total = 0 }: List): number {
  const [counted, setCounted] = useState<Counted>();
  useChanges(() => {
    if (request === undefined) return;
    // Without an answer the next change counts again.
    void callApi('page', { ...request, columns: ['exp_id'], limit: 0 }).then(
      (page) => setCounted({ request, orderVersion, total: page.total }),
      () => {},
    );
  });
  const isOfList = counted?.request === request && counted?.orderVersion === orderVersion;
  return counted !== undefined && isOfList ? counted.total - total : 0;
}
