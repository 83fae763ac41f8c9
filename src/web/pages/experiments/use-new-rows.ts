import { useState } from 'react';
import { callApi } from '../../api/call-api.ts';
import { useChanges } from '../../api/live.ts';
import type { List } from './list/use-list.ts';

/**
 * How many more experiments match than the list shows, whose order stays while one reads; negative if fewer do.
 */
export function useNewRows({ request, orderVersion, total = 0 }: List): number {
  const [counted, setCounted] = useState<{ readonly orderVersion: number | undefined; readonly total: number }>();
  useChanges(() => {
    if (request === undefined) return;
    // Without an answer the next change counts again.
    void callApi('page', { ...request, columns: ['exp_id'], limit: 0 }).then(
      (page) => setCounted({ orderVersion, total: page.total }),
      () => {},
    );
  });
  return counted === undefined || counted.orderVersion !== orderVersion ? 0 : counted.total - total;
}
