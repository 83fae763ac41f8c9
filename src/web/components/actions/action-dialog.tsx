import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ActAnswer, Action, PlanAnswer } from '../../../server/index.ts';
import { ApiError, callApi } from '../../api/call-api.ts';
import { useActions } from '../../state/actions.ts';
import { Dialog } from '../dialog.tsx';
import { Loading } from '../loading.tsx';
import { ProblemView } from '../problem-view.tsx';
import { actUntilDone } from './act-until-done.ts';
import type { ActionButtonsProps } from './action-buttons.tsx';
import { ActionFields, asksFirst, keepsFields } from './action-fields.tsx';
import styles from './actions.module.css';
import { completeAction } from './complete-action.ts';
import { PlanView } from './plan-view.tsx';
import { tellOutcome } from './tell-outcome.ts';

/** A plan, and why another one is shown than before. */
interface Asked {
  /** The action as text: of another one, the plan is not shown. */
  readonly of: string;
  readonly plan: PlanAnswer;
  readonly why?: string;
}

/** Asks for what an action lacks, shows what it would do, and has it done when that is confirmed. */
export function ActionDialog({
  action: first,
  onDone,
  onClose,
}: {
  readonly action: Action;
  readonly onDone: ActionButtonsProps['onDone'];
  readonly onClose: () => void;
}) {
  const [asking, setAsking] = useState(first);
  const action = completeAction(asking);
  const [made, setMade] = useState<Asked>();
  const asked = made?.of === JSON.stringify(action) ? made : undefined;
  const plan = useMutation({
    mutationFn: (wanted: Action) => callApi('plan', { action: wanted }),
    onSuccess: (answer, wanted) => setMade({ of: JSON.stringify(wanted), plan: answer }),
  });
  const act = useMutation({
    mutationFn: ({ id, title }: PlanAnswer): Promise<ActAnswer> => actUntilDone(id, title, action ?? first),
    onSuccess: (answer) => {
      if (answer.kind === 'refused') setMade({ ...answer, of: JSON.stringify(action) });
      if (answer.kind !== 'done') return;
      tellOutcome(answer.outcome);
      onClose();
      onDone?.(answer.outcome);
    },
  });
  const { mutate: makePlan } = plan;
  useEffect(() => {
    if (!asksFirst(first)) makePlan(first);
  }, [first, makePlan]);
  const canAct = asked !== undefined && asked.plan.count > 0 && !act.isPending && act.data?.kind !== 'failed';
  const confirm = (): void => {
    if (asked === undefined) {
      if (action !== undefined && !plan.isPending) makePlan(action);
    } else if (canAct) act.mutate(asked.plan);
  };
  useActions([{ name: 'Confirm what the dialog shows', keys: ['mod+enter'], isKeyOnly: true, act: confirm }]);
  const again = (): void => {
    act.reset();
    setMade(undefined);
    if (action !== undefined) makePlan(action);
  };
  const error = plan.error ?? act.error ?? (act.data?.kind === 'failed' ? new ApiError(400, act.data.problem) : null);
  return (
    <Dialog title={asked?.plan.title ?? NAMES[first.kind]} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      <div className={styles['dialog']}>
        {(asked === undefined || keepsFields(first)) && (
          <ActionFields
            action={asking}
            onChange={(changed) => {
              setAsking(changed);
              act.reset();
              plan.reset();
            }}
          />
        )}
        {plan.isPending && <Loading what="what it would do" />}
        {error !== null && <ProblemView error={error} retry={again} />}
        {asked && <PlanView plan={asked.plan} why={asked.why} />}
        {act.isPending && <p role="status">It goes on, also if you close this.</p>}
        <div className={styles['buttons']}>
          <button
            type="button"
            className={styles['confirm']}
            disabled={asked === undefined ? action === undefined || plan.isPending : !canAct}
            title="Ctrl+Enter"
            onClick={confirm}
          >
            {asked === undefined ? 'Show what it would do' : asked.plan.title}
          </button>
          {asked && asksFirst(first) && !act.isPending && (
            <button type="button" onClick={() => setMade(undefined)}>
              Change
            </button>
          )}
          <button type="button" onClick={onClose}>
            {act.isPending ? 'Close' : 'Leave it'}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

const NAMES: { readonly [kind in Action['kind']]: string } = {
  tag: 'Tag',
  note: 'Add a note',
  archive: 'Archive',
  cancel: 'Cancel',
  hold: 'Hold',
  release: 'Release',
  requeue: 'Requeue',
  harvest: 'Harvest',
  submit: 'Submit',
  retry: 'Retry',
  new: 'New experiment',
  clone: 'Clone',
  sweep: 'New sweep',
  extend: 'Extend',
  throttle: 'Limit how many run at once',
};
