import { useCall } from '../../../api/use-call.ts';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { formatTime } from '../../../format/times.ts';
import type { TabProps } from '../shared/tab-props.ts';

/** What happened to it, by the journal, the newest first. */
export function EventsTab({ id }: TabProps) {
  const shown = useCall('show', { id, events: true });
  if (shown.error !== null) return <ProblemView error={shown.error} retry={() => void shown.refetch()} />;
  const events = shown.data?.events;
  if (events === undefined) return <Loading what="the journal" lines={8} />;
  if (events.length === 0) return <Empty why="The journal has no events of it." />;
  return (
    <PlainTable
      label="Events"
      noun="event"
      rows={events.toReversed()}
      keyOf={({ writer, seq }) => `${writer}-${seq}`}
      columns={[
        { name: 'time', cell: ({ at }) => <time dateTime={at ?? ''}>{formatTime(at)}</time> },
        { name: 'what', cell: ({ what }) => what },
        { name: 'by', cell: ({ user, host, by }) => `${user} on ${host}${by === null ? '' : ', dashboard'}` },
      ]}
    />
  );
}
