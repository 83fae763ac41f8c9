import type { Status } from '../../../core/experiment/status.ts';
import { Swatch } from '../../components/charts/swatch.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useActions } from '../../state/actions.ts';
import { toHref } from '../../state/use-route.ts';
import type { ComparedRun } from './compare-address.ts';
import styles from './compare-page.module.css';

interface RunActions {
  readonly onBaseline: (expId: string) => void;
  readonly onHide: (expId: string) => void;
  readonly onRemove: (expId: string) => void;
}

/** The experiments that are compared, which is also the legend of all charts. */
export function RunList({
  runs,
  statuses,
  ...actions
}: {
  readonly runs: readonly ComparedRun[];
  /** In their order; undefined while it is not known. */
  readonly statuses: readonly Status[] | undefined;
} & RunActions) {
  const { onBaseline, onHide, onRemove } = actions;
  useActions([
    { name: 'Make the experiment the baseline', keys: ['b'], isKeyOnly: true, act: () => actOn(runs, onBaseline) },
    { name: 'Hide or show the curves of the experiment', keys: ['h'], isKeyOnly: true, act: () => actOn(runs, onHide) },
    { name: 'Remove the experiment', keys: ['x'], isKeyOnly: true, act: () => actOn(runs, onRemove) },
  ]);
  return (
    <ul className={styles['runs']} aria-label="Experiments">
      {runs.map((run, i) => (
        <li key={run.expId} data-run={i}>
          <button
            type="button"
            aria-pressed={!run.isHidden}
            aria-label={`Curves of ${run.expId}`}
            title={run.isHidden ? 'Show its curves' : 'Hide its curves'}
            onClick={() => onHide(run.expId)}
          >
            <Swatch slot={run.slot} isHidden={run.isHidden} />
          </button>
          <a href={toHref(['x', run.expId])}>{run.expId}</a>
          {statuses?.[i] !== undefined && <StatusMark status={statuses[i]} />}
          <label>
            <input
              type="radio"
              name="baseline"
              checked={run.isBaseline}
              aria-label={`${run.expId} is the baseline`}
              onChange={() => onBaseline(run.expId)}
            />
            baseline
          </label>
          <button type="button" aria-label={`Remove ${run.expId}`} title="Remove" onClick={() => onRemove(run.expId)}>
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Acts on the experiment of the row with the focus. */
function actOn(runs: readonly ComparedRun[], act: (expId: string) => void): void {
  const row = document.activeElement?.closest<HTMLElement>('[data-run]');
  const run = row === null || row === undefined ? undefined : runs[Number(row.dataset['run'])];
  if (run !== undefined) act(run.expId);
}
