import type { Api } from '../../../server/index.ts';
import { useCall } from '../../api/use-call.ts';
import { Empty } from '../../components/empty.tsx';
import { Loading } from '../../components/loading.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemView } from '../../components/problem-view.tsx';

type Kind = Api['trackRecord']['answer']['kinds'][number];

/** How earlier forecasts came true, over all partitions and for each that was chosen. */
export function TrackRecord() {
  const record = useCall('trackRecord', {});
  return (
    <section aria-labelledby="track-record">
      <h2 id="track-record">Earlier forecasts, and what happened</h2>
      {record.error !== null ? (
        <ProblemView error={record.error} retry={() => void record.refetch()} />
      ) : record.data === undefined ? (
        <Loading what="earlier forecasts" />
      ) : (
        <Rows record={record.data} />
      )}
    </section>
  );
}

function Rows({ record: { kinds, partitions } }: { readonly record: Api['trackRecord']['answer'] }) {
  if (kinds.length === 0) {
    return (
      <Empty why="There are no forecasts to judge yet. The command sheaf submit --advise, and partition: auto in a template, record forecasts. They are compared with what happens when the jobs start and end." />
    );
  }
  const rows = [
    ...kinds.map((kind) => ({ partition: 'all', kind })),
    ...partitions.flatMap(({ partition, kinds: own }) => own.map((kind) => ({ partition, kind }))),
  ];
  return (
    <>
      <p>
        Claimed is: half of all p50 hold, and nine in ten p90; for memory, all. The loss is the mean pinball loss of
        log(1 + seconds); lower is better.
      </p>
      <PlainTable
        label="Earlier forecasts"
        noun="kind"
        rows={rows}
        keyOf={({ partition, kind: { of, kind } }) => `${partition} ${of} ${kind}`}
        columns={[
          { name: 'partition', cell: ({ partition }) => partition },
          { name: 'of', cell: ({ kind }) => kind.of },
          { name: 'kind', cell: ({ kind }) => kind.kind.replaceAll('_', ' ') },
          { name: 'known', isNumber: true, cell: ({ kind }) => kind.settled },
          { name: 'open', isNumber: true, cell: ({ kind }) => kind.open },
          {
            name: 'p50 held',
            isNumber: true,
            cell: ({ kind }) => (kind.of === 'memory' ? '' : writeHeld(kind.p50_held)),
          },
          { name: 'p90 held', isNumber: true, cell: ({ kind }) => writeHeld(kind.p90_held) },
          { name: 'p90 loss', isNumber: true, cell: ({ kind }) => kind.log_loss?.p90.toFixed(2) ?? '' },
          { name: 'judged', cell: ({ kind }) => kind.judgement },
        ]}
      />
    </>
  );
}

function writeHeld(held: Kind['p90_held']): string {
  return held === null ? 'unknown' : `${held.held} of ${held.of}`;
}
