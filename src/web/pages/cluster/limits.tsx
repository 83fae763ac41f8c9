import { formatCount } from '../../../core/text/phrases.ts';
import { formatDuration } from '../../../core/units.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import type { ClusterNow } from './cluster-now.ts';

type Limit = NonNullable<ClusterNow['limits']>[number];

const THINGS: { readonly [of in Limit['of']]: string } = {
  gpus_of_user: 'of all your jobs',
  gpus_of_account: 'of all jobs of',
  gpus_of_all: 'of all jobs together',
  gpus_of_job: 'of one job',
  running_jobs: 'your jobs that run at once',
  jobs_in_queue: 'your jobs in the queue',
  seconds_of_job: 'time limit of a job',
};

/** The limits of the user, and what of them is left. */
export function Limits({ now: { limits, running } }: { readonly now: ClusterNow }) {
  return (
    <section aria-labelledby="limits">
      <h2 id="limits">Your limits</h2>
      <p>{describeRunning(running)}</p>
      {limits === null && <p>Limits of your accounts are unknown.</p>}
      {limits?.length === 0 && <p>No account or QOS limits you here.</p>}
      {limits !== null && limits.length > 0 && (
        <PlainTable
          label="Your limits"
          noun="limit"
          rows={limits}
          keyOf={(limit) => JSON.stringify({ ...limit, in_use: null })}
          columns={[
            {
              name: 'set by',
              cell: ({ by, name, partition }) =>
                `${by === 'qos' ? 'QOS' : 'account'} ${name}${partition === null ? '' : ` in ${partition}`}`,
            },
            { name: 'limit of', cell: describeThing },
            { name: 'limit', isNumber: true, cell: (limit) => formatLimit(limit) },
            { name: 'in use', isNumber: true, cell: (limit) => isShared(limit) && (limit.in_use ?? 'unknown') },
            { name: 'left', isNumber: true, cell: (limit) => isShared(limit) && describeLeft(limit) },
          ]}
        />
      )}
    </section>
  );
}

function describeRunning(running: ClusterNow['running']): string {
  if (running === null) return 'How many of your jobs run is unknown.';
  const { jobs, gpus } = running;
  if (jobs === 0) return 'None of your jobs runs here now.';
  return `${formatCount(jobs, 'job')} of yours ${jobs === 1 ? 'runs' : 'run'} here now with ${formatCount(gpus, 'GPU')}, of all your projects.`;
}

function describeThing({ of, account, gpu_type: type }: Limit): string {
  const words = [THINGS[of], ...(account === null ? [] : [account])].join(' ');
  return of.startsWith('gpus') ? `GPUs${type === null ? '' : ` (${type})`} ${words}` : words;
}

function formatLimit({ of, limit }: Limit): string {
  return of === 'seconds_of_job' ? formatDuration(limit) : String(limit);
}

/** Others are limits of one job. */
function isShared({ of }: Limit): boolean {
  return of !== 'gpus_of_job' && of !== 'seconds_of_job';
}

function describeLeft({ limit, in_use: used }: Limit): number | string {
  return used === null ? 'unknown' : Math.max(0, limit - used);
}
