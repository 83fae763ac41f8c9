import type { Value } from '../../../../core/value.ts';
import type { ShowJson } from '../../../../json/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { Facts } from '../../../components/facts.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { formatValue } from '../../../format/numbers.ts';
import { describeStatus } from '../../../format/status-words.ts';
import { useNow } from '../../../state/use-now.ts';
import { useRested } from '../../../state/use-rested.ts';
import { findDifferences } from './differences.ts';
import { PeekCurve } from './peek-curve.tsx';
import { PeekLog } from './peek-log.tsx';
import styles from './peek.module.css';

/** Milliseconds that a row has the focus before it is read, so that moving along the list reads none in between. */
const REST_MS = 120;

/** The experiment of the row with the focus: how it is, what is special about it, and what came out. */
export function Peek({
  expId,
  href,
  onClose,
}: {
  readonly expId: string | null | undefined;
  readonly href: string;
  readonly onClose: () => void;
}) {
  const id = useRested(expId ?? undefined, REST_MS);
  const { data, error } = useCall('show', id === undefined ? undefined : { id });
  const now = useNow();
  const template = useCall('template', data === undefined ? undefined : { name: data.template });
  return (
    <aside aria-label="The experiment of this row" className={styles['peek']}>
      <div className={styles['head']}>
        <h2 className={styles['name']}>{expId ? <a href={href}>{expId}</a> : 'No experiment'}</h2>
        <button type="button" aria-label="Close" title="Close" onClick={onClose}>
          ✕
        </button>
      </div>
      {error !== null && <ProblemView error={error} />}
      {data === undefined && error === null && id !== undefined && <Loading what={id} lines={6} />}
      {data !== undefined && error === null && (
        <>
          <p>{describeStatus(data.active, now)}</p>
          {data.description !== '' && <p>{data.description}</p>}
          <h3>Results</h3>
          <Facts
            facts={Object.entries(data.results).map(([name, { value, nonfinite }]) => [
              name,
              value === null ? nonfinite : <PeekValue value={value} />,
            ])}
          />
          {Object.keys(data.results).length === 0 && <p>{isUnread(data) ? 'Not read yet.' : 'None yet.'}</p>}
          <PeekCurve shown={data} />
          <h3>Different from the template</h3>
          <Facts
            facts={findDifferences(data.params, template.data?.parameters ?? []).map(({ name, value, usual }) => [
              name,
              <>
                {usual !== undefined && (
                  <span className={styles['usual']}>
                    <PeekValue value={usual} /> →{' '}
                  </span>
                )}
                <PeekValue value={value} />
              </>,
            ])}
          />
          {data.attempts.length > 0 && <PeekLog id={data.exp_id} />}
        </>
      )}
    </aside>
  );
}

/** Numbers as in the list, the whole value on hover. */
function PeekValue({ value }: { readonly value: Value }) {
  return <span title={typeof value === 'number' ? String(value) : undefined}>{formatValue(value)}</span>;
}

/** Whether a run has ended whose results nobody has read. */
function isUnread({ harvested_at: at, without_rules: hasNone, attempts }: ShowJson): boolean {
  return at === null && !hasNone && attempts.some(({ ended_at: ended }) => ended !== null);
}
