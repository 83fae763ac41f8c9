import { formatCount } from '../../../core/text/phrases.ts';
import { formatDuration } from '../../../core/units.ts';
import { Empty } from '../../components/empty.tsx';
import { Moment } from '../../components/moment.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { ClusterNow } from './cluster-now.ts';

type ByHour = NonNullable<ClusterNow['waits_by_hour']>;

/** How long jobs waited by the hour of the day: when it is worth to submit. */
export function WaitsByHour({ byHour: { device, since, least, hours } }: { readonly byHour: ByHour }) {
  const jobs = device === 'gpu' ? 'jobs with GPUs' : 'jobs without GPUs';
  const started = hours.reduce((sum, hour) => sum + hour.started, 0);
  const isKnown = hours.some(({ median_seconds: median }) => median !== null);
  return (
    <section aria-labelledby="by-hour">
      <h2 id="by-hour">Waits by hour of the day</h2>
      {isKnown ? (
        <>
          <p>
            {formatCount(started, 'submission')} of {jobs} in all partitions, the first one <Moment at={since} />, by
            the hour in which they could have started, in the time zone of the server. Half of them waited no longer
            than the median. Jobs that wait still are in no median. Hours with fewer than {least} submissions have none.
          </p>
          <PlainTable
            label="Waits by hour"
            noun="hour"
            rows={hours.filter((hour) => hour.started + hour.waiting > 0)}
            keyOf={({ hour }) => String(hour)}
            columns={[
              { name: 'hour', cell: ({ hour }) => nameHour(hour) },
              {
                name: 'median wait',
                isNumber: true,
                cell: ({ median_seconds: median }) =>
                  median === null ? 'too few' : formatDuration(Math.round(median)),
              },
              { name: 'submissions', isNumber: true, cell: (hour) => hour.started },
              { name: 'still waiting', isNumber: true, cell: ({ waiting }) => waiting > 0 && waiting },
            ]}
          />
        </>
      ) : (
        <Empty
          why={`Accounting has ${formatCount(started, 'past submission')} of ${jobs}. A median needs ${least} in the same hour.`}
        />
      )}
    </section>
  );
}

/** `09:00 to 10:00` */
function nameHour(hour: number): string {
  const two = (number: number): string => `${String(number).padStart(2, '0')}:00`;
  return `${two(hour)} to ${two((hour + 1) % 24)}`;
}
