import { useEffect } from 'react';
import { callApi } from '../../api/call-api.ts';
import { notify } from '../toasts.tsx';
import { forgetActing, type Acting } from './acting.ts';
import { tellOutcome } from './tell-outcome.ts';

/** Between two questions whether it is done, milliseconds. */
const ASK_MS = 1_000;

/** Says what came of what was being done when the page was loaded again. */
export function FormerAct({ acting }: { readonly acting: Acting }) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const answer = await callApi('outcome', { plan: acting.plan });
      if (answer.kind === 'running') {
        timer = setTimeout(() => void ask().catch(() => undefined), ASK_MS);
        return;
      }
      forgetActing();
      if (answer.kind === 'done') tellOutcome(answer.outcome);
      else if (answer.kind === 'failed') notify(`Failed: ${acting.title}`, answer.problem.message);
      else notify(`It is not known what came of it: ${acting.title}`, 'Look at the experiments, then plan it again');
    };
    void ask().catch(() => undefined);
    return () => clearTimeout(timer);
  }, [acting]);
  return null;
}
