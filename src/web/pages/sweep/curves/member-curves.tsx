import { useMemo, useState } from 'react';
import { commandOf } from '../../../../core/command/command-of.ts';
import { decodeCurves } from '../../../../core/curves/encoding.ts';
import { formatCount, groupDigits } from '../../../../core/text/phrases.ts';
import { useCall } from '../../../api/use-call.ts';
import type { ChartRange } from '../../../components/charts/chart-options.ts';
import { LineChart } from '../../../components/charts/line-chart.tsx';
import { Swatch } from '../../../components/charts/swatch.tsx';
import { CommandLine } from '../../../components/command-line.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { Toolbar } from '../../../components/toolbar.tsx';
import { toHref, useRoute } from '../../../state/use-route.ts';
import { Part } from '../shared/part.tsx';
import type { MetricPartProps } from '../shared/part-props.ts';
import styles from '../shared/sweep-page.module.css';
import { LinesChoice } from './lines-choice.tsx';
import { makeMemberLines, type MemberLines } from './member-lines.ts';

/** More lines cannot be told apart, and take long. */
const MOST_LINES = 1_000;
/** With more lines, each has fewer points. */
const MANY_LINES = 100;
const [FINE, COARSE] = [512, 128] as const;

type MemberCurvesProps = Pick<MetricPartProps, 'sweep' | 'members' | 'chosen' | 'change' | 'mode'> & {
  readonly metric: Pick<MetricPartProps['metric'], 'name' | 'label'>;
};

/** The metric over steps of each member: those that were stopped thin, up to where they were stopped; rungs as vertical lines. */
export function MemberCurves({
  sweep: {
    summary: { name, search },
  },
  members,
  chosen: { isChosen, where, count },
  change,
  metric,
  mode,
}: MemberCurvesProps) {
  const { go } = useRoute();
  const [range, setRange] = useState<ChartRange>();
  const isTooMany = count > MOST_LINES;
  const ids = useMemo(() => members.expIds.filter((_, place) => isChosen[place]), [members, isChosen]);
  const buckets = count > MANY_LINES ? COARSE : FINE;
  const answer = useCall(
    'curves',
    isTooMany || ids.length === 0 ? undefined : { ids, metrics: [metric.name], ...range, buckets },
    { keepsFormer: true },
  );
  const decides = search?.search.metric === metric.name ? search : undefined;
  const bytes = answer.data;
  const made = useMemo(
    () => bytes && makeMemberLines({ members, isChosen, curves: decodeCurves(bytes).curves, search: decides, mode }),
    [bytes, members, isChosen, decides, mode],
  );
  const steps = (search?.rungs ?? []).map(({ step }) => step);
  const rungs = JSON.stringify(steps);
  const uprights = useMemo(
    () => (JSON.parse(rungs) as number[]).map((step) => ({ x: step, name: `rung ${groupDigits(step)}` })),
    [rungs],
  );
  return (
    <Part
      title={`${metric.name} over steps, all members`}
      command={commandOf({
        command: 'plot',
        metric: metric.label,
        sweep: name,
        ...(where !== '' && { where }),
        kind: 'curves',
        output: 'curves.svg',
      })}
    >
      <Toolbar>
        <LinesChoice lines="members" change={change} />
        {range && (
          <button type="button" onClick={() => setRange(undefined)}>
            Whole run
          </button>
        )}
      </Toolbar>
      {answer.error !== null && <ProblemView error={answer.error} retry={() => void answer.refetch()} />}
      {isTooMany && (
        <Empty
          why={`${groupDigits(count)} members are too many to draw each: at most ${groupDigits(MOST_LINES)} are drawn. Filter them above, or show the means of groups.`}
        />
      )}
      {!isTooMany && made === undefined && answer.error === null && (
        <Loading what={`${groupDigits(ids.length)} curves`} lines={8} />
      )}
      {made?.lines.length === 0 && <Empty why={`No member has values of ${metric.name} over steps yet.`} />}
      {made && made.lines.length > 0 && (
        <div aria-busy={answer.isPlaceholderData}>
          <Legend made={made} />
          <div className={styles['chart']}>
            <LineChart
              label={`${metric.name} of all members`}
              lines={made.lines}
              x="step"
              scale="linear"
              isRobust={false}
              smoothing={0}
              hasEnvelope={false}
              range={range}
              uprights={uprights}
              onZoom={setRange}
              onOpen={({ curve }) => go(toHref(['x', curve.expId, 'charts']))}
            />
          </div>
          {steps.length > 0 && <p>Vertical lines are rungs: {steps.map(groupDigits).join(', ')}.</p>}
        </div>
      )}
      {made && made.atRungs + made.without > 0 && (
        <>
          <p>{describeUnread(made)} This command reads what they have:</p>
          <CommandLine line={commandOf({ command: 'harvest', sweep: name, live: true })} />
        </>
      )}
    </Part>
  );
}

function Legend({ made: { lines, wentOn, fell } }: { readonly made: MemberLines }) {
  const named = lines.filter(({ slot }) => slot > 0).toReversed();
  const others = wentOn - named.length;
  const thin = [...fell].map(([status, count]) => `${groupDigits(count)} ${status}`);
  return (
    <>
      <p>
        {formatCount(lines.length, 'member')} drawn: {[`${groupDigits(wentOn)} that went on`, ...thin].join(', ')}.
      </p>
      <ul className={styles['legend']} aria-label="Members">
        {named.map(({ slot, curve: { expId } }) => (
          <li key={expId}>
            <Swatch slot={slot} />
            <a href={toHref(['x', expId])}>{expId}</a>
          </li>
        ))}
        {others > 0 && <li>{formatCount(others, 'other that went on', 'others that went on')} in grey</li>}
        {thin.length > 0 && <li>{thin.join(', ')}: thin, up to the last step</li>}
      </ul>
    </>
  );
}

function describeUnread({ atRungs, without }: MemberLines): string {
  return [
    ...(atRungs > 0
      ? [`Of ${formatCount(atRungs, 'member')}, only the values at rungs are drawn: the others have not been read.`]
      : []),
    ...(without > 0 ? [`${formatCount(without, 'member has', 'members have')} no curve.`] : []),
  ].join(' ');
}
