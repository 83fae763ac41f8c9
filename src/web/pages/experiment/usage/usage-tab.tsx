import { useMemo } from 'react';
import { decodeCurves } from '../../../../core/curves/encoding.ts';
import type { Usage } from '../../../../server/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { Empty } from '../../../components/empty.tsx';
import { Facts } from '../../../components/facts.tsx';
import { Loading } from '../../../components/loading.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { Choice } from '../shared/choice.tsx';
import type { TabProps } from '../shared/tab-props.ts';
import { useSetting } from '../../../state/use-setting.ts';
import { listUsageFigures, writeAmount, type UsageFigure } from './usage-figures.ts';
import styles from './usage.module.css';

/** What an attempt used of cores, memory and GPUs, beside what it asked for. */
export function UsageTab({ id, shown }: TabProps) {
  const names = shown.attempts.map(({ stage, attempt }) => `${stage}-${attempt}`);
  const [attempt, setAttempt] = useSetting('attempt', names.at(-1));
  if (attempt === undefined) return <Empty why="Nothing has been submitted yet, so it has used nothing." />;
  return (
    <>
      <Toolbar>
        <label>
          Attempt <Choice names={names} current={attempt} onChange={setAttempt} />
        </label>
      </Toolbar>
      <AttemptUsage id={id} attempt={attempt} />
    </>
  );
}

function AttemptUsage({ id, attempt }: { readonly id: string; readonly attempt: string }) {
  const answer = useCall('usage', { id, attempt });
  const usage = useMemo(
    () => (answer.data === undefined ? undefined : decodeCurves<Usage>(answer.data)),
    [answer.data],
  );
  if (answer.error !== null) return <ProblemView error={answer.error} retry={() => void answer.refetch()} />;
  if (usage === undefined) return <Loading what="what it used" lines={6} />;
  const figures = listUsageFigures(usage);
  return (
    <>
      {usage.notes.map((note) => (
        <PartialStrip key={note} message={note} />
      ))}
      {figures.length === 0 ? (
        <Empty why="Nothing was measured. The monitor of a job samples at its start and every 30 seconds, or as the key monitor of its template says." />
      ) : (
        <>
          <PlainTable
            label="Usage"
            noun="figure"
            rows={figures}
            keyOf={({ name }) => name}
            columns={[
              { name: 'what', cell: ({ name }) => name },
              { name: 'mean', isNumber: true, cell: ({ mean, unit }) => writeAmount(mean, unit) },
              { name: 'peak', isNumber: true, cell: ({ peak, unit }) => writeAmount(peak, unit) },
              {
                name: 'limit',
                isNumber: true,
                cell: ({ limit, unit }) => limit !== undefined && writeAmount(limit, unit),
              },
              { name: 'used of the limit', cell: (figure) => figure.share !== undefined && <Share figure={figure} /> },
            ]}
          />
          <Facts facts={Object.entries(usage.gpuNames).map(([gpu, name]) => [gpu.replace('gpu', 'GPU '), name])} />
        </>
      )}
    </>
  );
}

function Share({ figure: { unit, share = 0 } }: { readonly figure: UsageFigure }) {
  return (
    <span className={styles['share']}>
      <span aria-hidden="true" className={styles['bar']}>
        <span style={{ width: `${Math.min(share, 1) * 100}%` }} />
      </span>
      <span>
        {Math.round(share * 100)} % {unit === 'GiB' ? 'at the peak' : 'on average'}
      </span>
    </span>
  );
}
