import type { Api } from '../../../server/index.ts';
import { useCall } from '../../api/use-call.ts';

/** Whether this server acts, otherwise why not; undefined until it is known. */
export function useActing(): Api['project']['answer']['actions'] | undefined {
  return useCall('project', {}).data?.actions;
}
