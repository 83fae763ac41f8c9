import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { commandOf } from '../../../core/command/command-of.ts';
import { formatCount } from '../../../core/text/phrases.ts';
import { askAgain } from '../../api/ask-again.ts';
import { useCall } from '../../api/use-call.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Loading } from '../../components/loading.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { ProblemView } from '../../components/problem-view.tsx';
import { useCommand } from '../../state/command.ts';
import { useNow } from '../../state/use-now.ts';
import type { ClusterNow } from './cluster-now.ts';
import { FreeGpus } from './free-gpus.tsx';
import { KnownGpus } from './known-gpus.tsx';
import { Limits } from './limits.tsx';
import { Partitions } from './partitions.tsx';
import { TrackRecord } from './track-record.tsx';
import { Waiting } from './waiting.tsx';
import { WaitsByHour } from './waits-by-hour.tsx';
import { Waits } from './waits.tsx';

/** The server asks the cluster no more often, milliseconds. */
const OLD_MS = 60_000;

/** The cluster as it is now for its user: what is free, limits, what waits and why, and how long a job would wait. */
export function ClusterPage() {
  const answer = useCall('cluster', {});
  useCommand(commandOf({ command: 'partitions' }));
  const client = useQueryClient();
  const now = useNow();
  const { data, dataUpdatedAt, errorUpdatedAt } = answer;
  useEffect(() => {
    const isOld = !answer.isPending && now - Math.max(dataUpdatedAt, errorUpdatedAt) >= OLD_MS;
    if (isOld && document.visibilityState === 'visible') askAgain(client, { queryKey: ['cluster'] });
  }, [now]);
  return (
    <>
      <PageHeading title="Cluster" />
      {answer.error !== null && <ProblemView error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <Loading what="the cluster" lines={12} />}
      {data && (data.problem === null ? <Answered now={data} /> : <Silent now={data} problem={data.problem} />)}
      {data && <Waiting now={data} />}
      {data && <TrackRecord rows={data.track_record} />}
    </>
  );
}

function Answered({ now }: { readonly now: ClusterNow }) {
  const { cluster, asked, unknown, free } = now;
  const isUnsure = free.some(({ mine }) => mine !== null && mine.unsure !== null);
  return (
    <>
      <p>
        {cluster}, asked <Moment at={asked} />. sheaf asks again once a minute while this page is open, and tries no
        jobs.
      </p>
      {unknown.length > 0 && (
        <PartialStrip message={`${formatCount(unknown.length, 'fact')} unknown or uncertain`} list={unknown} />
      )}
      <FreeGpus now={now} />
      {isUnsure && (
        <>
          <p>This command tests whether you may use a partition. It submits nothing:</p>
          <CommandLine line={commandOf({ command: 'partitions', probe: true })} />
        </>
      )}
      {now.partitions.length === 0 ? (
        <p>Which partitions there are, and when a job would start, is unknown.</p>
      ) : (
        <>
          <Partitions now={now} />
          <Waits now={now} />
          {now.waits_by_hour && <WaitsByHour byHour={now.waits_by_hour} />}
        </>
      )}
      <Limits now={now} />
    </>
  );
}

/** What is free and who waits is unknown then: nothing of it is shown. */
function Silent({ now, problem }: { readonly now: ClusterNow; readonly problem: string }) {
  return (
    <>
      <PartialStrip message={`The cluster did not answer: ${problem}`} />
      <p>
        sheaf asked <Moment at={now.asked} />, and asks again once a minute while this page is open. What is free, who
        waits and which limits hold is unknown.
      </p>
      {now.partitions.length > 0 ? <Partitions now={now} /> : <KnownGpus gpus={now.known_gpus} />}
    </>
  );
}
