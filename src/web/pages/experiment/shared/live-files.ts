import { useQueryClient } from '@tanstack/react-query';
import type { ShowJson } from '../../../../json/index.ts';
import { askAgain } from '../../../api/ask-again.ts';
import { useGrowth } from '../../../api/live.ts';

/** Whether the files of an experiment may have more than what was harvested. */
export function hasUnread({ active, attempts, harvested_at: harvested, results_are_old: isOld }: ShowJson): boolean {
  if (attempts.every(({ started_at: started }) => started === null)) return false;
  return active.status === 'running' || harvested === null || isOld;
}

/** Asks for values of its files again within seconds after these have grown. */
export function useLiveFiles(id: string, isLive: boolean): void {
  const client = useQueryClient();
  useGrowth(isLive ? { curves: [id] } : {}, () => {
    askAgain(client, { predicate: ({ queryKey }) => isOfFiles(queryKey) });
  });
}

function isOfFiles([name, request]: readonly unknown[]): boolean {
  return name === 'liveCurves' || (name === 'seriesNames' && (request as { live?: boolean }).live === true);
}
