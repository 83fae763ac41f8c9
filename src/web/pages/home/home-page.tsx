import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { askAgain } from '../../api/ask-again.ts';
import { useLive } from '../../api/live.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { toHref } from '../../state/use-route.ts';
import { Counts } from './counts.tsx';
import styles from './home.module.css';
import { Failures } from './failures.tsx';
import { Finished } from './finished.tsx';
import { GpuTime } from './gpu-time.tsx';
import { Problems } from './problems.tsx';
import { Running } from './running.tsx';
import { Sweeps } from './sweeps.tsx';
import { useSince } from './use-since.ts';
import { Waiting } from './waiting.tsx';
import { formatCount } from '../../../core/text/phrases.ts';
import { PeriodChoice } from './period-choice.tsx';

/** What happened since one last looked, and what is going on. */
export function HomePage() {
  const summary = useCall('summary', {});
  const since = useSince();
  useCommand(commandOf({ command: 'status' }));
  const { data } = summary;
  const client = useQueryClient();
  const askedAt = useLive().scheduler?.askedAt ?? null;
  // What a look at the scheduler says of jobs that go on waiting is not on record: no change of it comes.
  useEffect(() => {
    const isOld = data !== undefined && data.scheduler.askedAt !== askedAt;
    if (isOld && document.visibilityState === 'visible') askAgain(client, { queryKey: ['summary'] });
  }, [askedAt]);
  const total = Object.values(data?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <div className={styles['title']}>
        <PageHeading title="Home" />
        {data && total > 0 && <PeriodChoice since={since} />}
      </div>
      {summary.error !== null && <ProblemView error={summary.error} retry={() => void summary.refetch()} />}
      {summary.isPending && <Loading what="the project" lines={8} />}
      {data && data.warnings.length > 0 && (
        <PartialStrip message={formatCount(data.warnings.length, 'warning')} list={data.warnings} />
      )}
      <Problems />
      {data && total === 0 && <NoExperiments />}
      {data && total > 0 && (
        <>
          <Counts summary={data} />
          <GpuTime />
          <div className={styles['columns']}>
            <div>
              <Failures since={since} />
              <Finished since={since} />
            </div>
            <div>
              <Running count={data.counts['running'] ?? 0} />
              <Waiting summary={data} />
              <Sweeps />
            </div>
          </div>
        </>
      )}
    </>
  );
}

function NoExperiments() {
  return (
    <Empty why="This project has no experiments yet. Choose a template to make one from, or run:">
      <CommandLine line={commandOf({ command: 'template list' })} />
      <a href={toHref(['t'])}>Templates</a>
    </Empty>
  );
}
