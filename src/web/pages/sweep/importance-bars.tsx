import { commandOf } from '../../../core/command/command-of.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { Part } from './shared/part.tsx';
import type { MetricPartProps } from './shared/part-props.ts';
import styles from './shared/sweep-page.module.css';

/** How much each parameter decides which runs are the best, over all members; or why that cannot be said. */
export function ImportanceBars({ sweep, members, metric, mode }: MetricPartProps) {
  const { name } = sweep.summary;
  const answer = useCall('importance', mode && { sweep: name, metric: metric.label, mode }, { keepsFormer: true });
  const seeds = new Set(members.parameters.flatMap(({ isSeed, label }) => (isSeed ? [label] : [])));
  const found = answer.data;
  return (
    <Part
      title={`Importance for ${metric.name}`}
      command={commandOf({
        command: 'sweep show',
        name,
        importance: true,
        metric: metric.label,
        ...(mode && { [mode]: true }),
      })}
    >
      {answer.error !== null && <ProblemView error={answer.error} retry={() => void answer.refetch()} />}
      {mode !== undefined && found === undefined && answer.error === null && (
        <Loading what="the importance" lines={4} />
      )}
      {found?.refusal !== undefined && <Empty why={found.refusal} />}
      {found && found.refusal === undefined && (
        <div aria-busy={answer.isPlaceholderData}>
          <PlainTable
            label="Importance of parameters"
            noun="parameter"
            rows={found.parameters}
            keyOf={(parameter) => parameter.name}
            columns={[
              { name: 'parameter', cell: (parameter) => parameter.name },
              {
                name: 'importance',
                cell: ({ share }) => (
                  <span className={styles['share']}>
                    <span aria-hidden="true" style={{ width: `${share * 100}%` }} />
                    <span>{share.toFixed(2)}</span>
                  </span>
                ),
              },
              { name: 'rank correlation', isNumber: true, cell: ({ spearman }) => spearman?.toFixed(2) },
              { name: 'values', cell: ({ distinct, scale }) => `${groupDigits(distinct)}, ${scale}` },
              { name: 'note', cell: (parameter) => seeds.has(parameter.name) && 'a seed: should be near 0' },
            ]}
          />
          <p>
            PED-ANOVA: what sets the best {found.best} of {formatCount(found.n, 'run')} apart, whatever the filter. A
            random forest predicts ranks with a cross-validated R² of {found.r2?.toFixed(2)}.
          </p>
        </div>
      )}
      {found?.leftOut.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </Part>
  );
}
