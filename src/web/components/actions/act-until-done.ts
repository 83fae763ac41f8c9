import type { ActAnswer, Action } from '../../../server/index.ts';
import { callApi } from '../../api/call-api.ts';
import { forgetActing, keepActing } from './acting.ts';

/** Has a plan done. The server goes on if the page goes away: a page that is loaded again then asks what came of it. */
export async function actUntilDone(plan: string, title: string, action: Action): Promise<ActAnswer> {
  keepActing({ plan, title });
  const answer = await callApi('act', { plan, action });
  forgetActing();
  return answer;
}
