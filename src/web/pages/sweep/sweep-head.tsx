import { matchText } from '../../../core/query/ast.ts';
import { formatQuery } from '../../../core/query/format.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { formatDuration } from '../../../core/units.ts';
import { Facts } from '../../components/facts.tsx';
import { Moment } from '../../components/moment.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { describeGpuHours, GPU_HOURS_MEANING } from '../../format/gpu-words.ts';
import { formatValue } from '../../format/numbers.ts';
import { toIso } from '../../format/times.ts';
import { toHref } from '../../state/use-route.ts';
import type { Sweep } from './shared/members.ts';
import { SweepActions } from './sweep-actions.tsx';
import styles from './shared/sweep-page.module.css';

/** How far a sweep is, what it cost, and what changes it. */
export function SweepHead({ sweep }: { readonly sweep: Sweep }) {
  const { summary, progress, gpuHours, archived } = sweep;
  const { name, template, maxParallel, search, waitJob } = summary;
  const { ended, total, best } = progress;
  const gpuWords = describeGpuHours(gpuHours);
  const q = formatQuery(matchText('sweep', name));
  const statuses = Object.entries(progress.counts).filter(([, n]) => n > 0);
  return (
    <>
      <p className={styles['line']}>
        {statuses.map(([status, n]) => (
          <a key={status} href={toHref(['x'], { q: `${q} and status = ${status}` })}>
            <StatusMark status={status} text={`${groupDigits(n)} ${status}`} />
          </a>
        ))}
        <a href={toHref(['x'], { q })}>Show in the list</a>
        <a href={toHref(['export'], { q })}>Export</a>
      </p>
      <progress className={styles['progress']} aria-label="Members that have ended" max={total} value={ended} />
      <Facts
        facts={[
          ['ended', `${groupDigits(ended)} of ${formatCount(total, 'member')}${describeArchived(archived)}`],
          ['time left', ended < total && describeLeft(progress)],
          ['GPU hours', gpuWords !== undefined && `${gpuWords}. ${GPU_HOURS_MEANING}`],
          [
            'best run',
            best && (
              <>
                <a href={toHref(['x', best.expId])}>{best.expId}</a>, {best.metric} {formatValue(best.value)} (one run:
                see the groups below)
              </>
            ),
          ],
          ['template', <a href={toHref(['t', template])}>{template}</a>],
          ['at once', maxParallel !== undefined && `at most ${maxParallel}`],
          [search ? 'decided by' : 'waited for by', waitJob && <WaitJob job={waitJob} />],
        ]}
      />
      <SweepActions sweep={sweep} />
    </>
  );
}

/** The job of `sheaf wait --as-job`. */
function WaitJob({ job: { job, started, log } }: { readonly job: NonNullable<Sweep['summary']['waitJob']> }) {
  const id = job?.id ?? started?.job;
  if (id === undefined) return 'a job that is being submitted';
  return (
    <>
      job {id},{' '}
      {started ? (
        <>
          on {started.host} since <Moment at={toIso(started.atMs)} />
        </>
      ) : (
        'queued'
      )}
      . Its log: <code>{log}</code>
    </>
  );
}

function describeArchived(archived: number): string {
  return archived === 0 ? '' : `, ${groupDigits(archived)} archived (counted in GPU hours only)`;
}

/** Unknown while no member has completed, none runs, or one runs for longer than any that completed. */
function describeLeft({ leftMs }: Sweep['progress']): string {
  return leftMs === undefined ? 'unknown' : `about ${formatDuration(Math.round(leftMs / 1_000))}`;
}
