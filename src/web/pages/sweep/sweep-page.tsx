import { useMemo } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Empty } from '../../components/empty.tsx';
import { loadLater } from '../../components/load-later.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { toHref } from '../../state/use-route.ts';
import { useSettings } from '../../state/use-setting.ts';
import { chooseMembers, groupMembers, type Members, type Sweep } from './shared/members.ts';
import { readSweepAddress } from './shared/sweep-address.ts';
import { HeatMap } from './heat-map.tsx';
import { ImportanceBars } from './importance-bars.tsx';
import { listCommand, MetricChoice } from './metric-choice.tsx';
import { ParallelPlot } from './parallel-plot.tsx';
import type { PartProps } from './shared/part-props.ts';
import { RankedGroups } from './ranked-groups.tsx';
import { Rungs } from './search/rungs.tsx';
import { StateGrid } from './state-grid.tsx';
import { SweepHead } from './sweep-head.tsx';
import styles from './shared/sweep-page.module.css';

/** With the library that draws. */
const Curves = loadLater(async () => (await import('./curves/curves.tsx')).Curves, 'the curves');
const MemberCurves = loadLater(async () => (await import('./curves/member-curves.tsx')).MemberCurves, 'the curves');

/** A sweep: how far it is, which settings are best, what decides, and how the metric went. */
export function SweepPage({ name }: { readonly name: string }) {
  const [settings, change] = useSettings();
  const address = useMemo(() => readSweepAddress(settings), [settings]);
  const { metric } = address;
  const answer = useCall('sweep', { name, ...(metric !== undefined && { metric }) }, { keepsFormer: true });
  useCommand(commandOf({ command: 'sweep show', name }));
  // While another sweep is read, nothing of the former one is shown under its name.
  const sweep = answer.data?.summary.name === name ? answer.data : undefined;
  return (
    <div className={styles['page']}>
      <PageHeading title={`Sweep ${name}`} />
      {address.unknown.length > 0 && (
        <PartialStrip message={`Parts of this address mean nothing here: ${address.unknown.join(', ')}`} />
      )}
      {answer.error !== null && (
        <>
          <ProblemView error={answer.error} retry={() => void answer.refetch()} />
          <p>
            <a href={toHref(['x'])}>All experiments</a>
          </p>
        </>
      )}
      {sweep === undefined && answer.error === null && <Loading what="the sweep" lines={12} />}
      {sweep && (
        <>
          <SweepHead sweep={sweep} />
          {sweep.members === undefined ? (
            <PartialStrip
              message={`A sweep of ${groupDigits(sweep.summary.count)} members is too large for these figures: they show at most 10,000. Its experiments are in the list.`}
            />
          ) : (
            <Parts
              sweep={sweep}
              members={sweep.members}
              address={address}
              change={change}
              isOld={answer.isPlaceholderData}
            />
          )}
        </>
      )}
    </div>
  );
}

function Parts({
  sweep,
  members,
  address,
  change,
  isOld,
}: Pick<PartProps, 'sweep' | 'members' | 'address' | 'change'> & { readonly isOld: boolean }) {
  const groups = useMemo(() => groupMembers(members), [members]);
  const chosen = useMemo(() => chooseMembers(sweep, members, address.where), [sweep, members, address.where]);
  const metric = sweep.metrics.find(({ name }) => name === sweep.metric);
  const mode = address.mode ?? metric?.mode;
  const { search } = sweep.summary;
  const hasValues = metric !== undefined && metric.n > 0;
  const shared = { sweep, members, groups, chosen, address, change };
  return (
    <div aria-busy={isOld} className={styles['parts']}>
      <StateGrid
        members={members}
        groups={groups}
        command={listCommand(sweep.summary.name, '')}
        linkTo={(expId) => toHref(['x', expId])}
      />
      <Rungs sweep={sweep} />
      {hasValues ? (
        <>
          <MetricChoice {...shared} metric={metric} mode={mode} />
          <RankedGroups {...shared} metric={metric} mode={mode} />
          <ParallelPlot {...shared} metric={metric} mode={mode} />
          <ImportanceBars {...shared} metric={metric} mode={mode} />
          <HeatMap {...shared} metric={metric} mode={mode} />
          <Curves {...shared} metric={metric} mode={mode} />
        </>
      ) : (
        <>
          {search && search.readings.length > 0 && (
            <MemberCurves
              {...shared}
              metric={{ name: search.search.metric, label: search.search.metric }}
              mode={search.search.mode}
            />
          )}
          <NoValues sweep={sweep} members={members} />
        </>
      )}
    </div>
  );
}

function NoValues({ sweep, members }: { readonly sweep: Sweep; readonly members: Members }) {
  const { name } = sweep.summary;
  const count = (status: string): number => members.statuses.filter((each) => each === status).length;
  if (count('completed') === 0) {
    const active = count('running') + count('queued') + count('deferred');
    return (
      <Empty
        why={
          active > 0
            ? 'No member has completed yet. Values appear here when they are read.'
            : 'No member has completed.'
        }
      >
        <CommandLine line={commandOf({ command: active > 0 ? 'status' : 'submit', sweep: name })} />
      </Empty>
    );
  }
  return (
    <Empty why="No member has a value of a metric. This command reads results:">
      <CommandLine line={commandOf({ command: 'harvest', sweep: name })} />
    </Empty>
  );
}
