import { formatCount } from '../../../core/text/phrases.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import type { ClusterNow } from './cluster-now.ts';

type Row = ClusterNow['track_record'][number];

/** How forecasts of waits came true that advice gave in this project. */
export function TrackRecord({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <section aria-labelledby="track">
      <h2 id="track">How forecasts of waits came true</h2>
      {rows.length === 0 ? (
        <p>No job of this project was submitted with advice yet, so no forecast has been checked.</p>
      ) : (
        <PlainTable
          label="Forecasts of waits"
          noun="kind"
          rows={rows}
          keyOf={({ kind }) => kind}
          columns={[
            { name: 'kind', cell: ({ kind }) => KINDS[kind] ?? kind },
            { name: 'jobs', cell: ({ settled, open }) => describeCount(settled, open) },
            { name: 'started within p50 (half should)', cell: ({ p50_held: held }) => describeHeld(held) },
            { name: 'within p90 (9 of 10 should)', cell: ({ p90_held: held }) => describeHeld(held) },
            { name: 'judgement', cell: ({ judgement }) => judgement },
          ]}
        />
      )}
    </section>
  );
}

const KINDS: { readonly [kind: string]: string } = {
  now: 'free now',
  history: 'from past waits',
  test_only: "from Slurm's own plan",
  mixed: "from past waits and Slurm's plan",
  unknown: 'unknown',
};

function describeCount(settled: number, open: number): string {
  return `${formatCount(settled, 'job')} started${open === 0 ? '' : `, ${open} still wait`}`;
}

function describeHeld(held: Row['p50_held']): string {
  return held === null ? 'unknown' : `${held.held} of ${held.of}`;
}
