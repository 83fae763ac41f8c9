import { groupDigits } from '../../../../core/text/phrases.ts';
import { formatBytes } from '../../../../core/units.ts';
import type { CheckpointsJson } from '../../../../json/index.ts';
import { useCall } from '../../../api/use-call.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Loading } from '../../../components/loading.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PartialStrip } from '../../../components/partial-strip.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { ProblemView } from '../../../components/problem-view.tsx';
import { formatValue } from '../../../format/numbers.ts';
import { Inputs } from '../shared/inputs.tsx';
import type { TabProps } from '../shared/tab-props.ts';

/** What an experiment saved, and what it read. */
export function CheckpointsTab({ id, shown }: TabProps) {
  return (
    <>
      <section aria-labelledby="checkpoints">
        <h2 id="checkpoints">Checkpoints</h2>
        {shown.attempts.length === 0 ? (
          <Empty why="No checkpoints yet: the experiment has not run." />
        ) : (
          <Checkpoints id={id} />
        )}
      </section>
      <section aria-labelledby="data">
        <h2 id="data">Data</h2>
        {shown.inputs.length === 0 ? (
          <Empty why="sheaf has no record of the data it read. To record that, set the key inputs in its template." />
        ) : (
          <Inputs inputs={shown.inputs} />
        )}
      </section>
    </>
  );
}

type Checkpoint = CheckpointsJson['checkpoints'][number];

function Checkpoints({ id }: { readonly id: string }) {
  const found = useCall('checkpoints', { id });
  if (found.error !== null) return <ProblemView error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading what="its folders for checkpoints" lines={6} />;
  const { checkpoints, metric, notes } = found.data;
  return (
    <>
      {notes.map((note) => (
        <PartialStrip key={note} message={note} />
      ))}
      {checkpoints.length === 0 ? (
        <Empty why="No checkpoints found. To say where a run saves them, set the key checkpoint in its template." />
      ) : (
        <PlainTable
          label="Checkpoints"
          noun="checkpoint"
          rows={checkpoints}
          keyOf={({ file }) => file}
          columns={[
            { name: 'step', isNumber: true, cell: ({ step }) => (step === null ? '' : groupDigits(step)) },
            { name: 'marks', cell: listMarks },
            { name: metric ?? 'metric', isNumber: true, cell: (each) => formatValue(each.metric?.value) },
            { name: 'size', isNumber: true, cell: ({ bytes }) => formatBytes(bytes) },
            { name: 'saved', cell: ({ changed_at: at }) => <Moment at={at} /> },
            { name: 'attempt', cell: ({ attempt }) => attempt },
            { name: 'path', cell: ({ path }) => <code>{path}</code> },
            { name: 'copy', cell: ({ file }) => <CopyButton text={file} label="Copy path" /> },
          ]}
        />
      )}
    </>
  );
}

function listMarks({ best, newest, pins, kind }: Checkpoint): string {
  return [
    ...(best ? ['best'] : []),
    ...(newest ? ['newest'] : []),
    ...pins.map((name) => `pinned as ${name}`),
    ...(kind === 'link' ? ['link'] : []),
  ].join(', ');
}
