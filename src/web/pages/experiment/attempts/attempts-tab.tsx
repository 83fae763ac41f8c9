import { formatSpan } from '../../../../core/units.ts';
import { describeCause, joinEndNotes } from '../../../../core/experiment/cause-words.ts';
import type { AttemptJson } from '../../../../json/index.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StatusMark } from '../../../components/status-mark.tsx';
import { commandOf } from '../../../../core/command/command-of.ts';
import { toMs } from '../../../format/times.ts';
import { useNow } from '../../../state/use-now.ts';
import type { TabProps } from '../shared/tab-props.ts';

/** All attempts, the newest first. */
export function AttemptsTab({ id, shown: { attempts } }: TabProps) {
  const now = useNow();
  if (attempts.length === 0) {
    return (
      <Empty why="It has not been submitted, so there are no attempts. This command submits it:">
        <CommandLine line={commandOf({ command: 'submit', ids: [id] })} />
      </Empty>
    );
  }
  return (
    <PlainTable
      label="Attempts"
      noun="attempt"
      rows={attempts.toReversed()}
      keyOf={nameOf}
      columns={[
        { name: 'attempt', cell: nameOf },
        { name: 'status', cell: ({ status }) => <StatusMark status={status} /> },
        { name: 'job', cell: ({ job }) => job },
        { name: 'node', cell: ({ host }) => host },
        { name: 'GPUs', cell: ({ gpus }) => gpus },
        { name: 'submitted', cell: ({ submitted_at: at }) => <Moment at={at} /> },
        {
          name: 'queued',
          isNumber: true,
          cell: (attempt) => spanOf(attempt.submitted_at, attempt.started_at, attempt, now),
        },
        { name: 'ran', isNumber: true, cell: (attempt) => spanOf(attempt.started_at, attempt.ended_at, attempt, now) },
        { name: 'exit', isNumber: true, cell: ({ exit_code: code }) => code },
        { name: 'why', cell: describeEnd },
        { name: 'from', cell: describeStart },
        { name: 'limits', cell: describeLimits },
        {
          name: 'folder',
          cell: ({ folder }) => folder !== null && <CopyButton text={folder} label="Copy path" />,
        },
      ]}
    />
  );
}

function nameOf({ stage, attempt }: AttemptJson): string {
  return `${stage}-${attempt}`;
}

/** Between two times, or until now for what is still queued or running. */
function spanOf(from: string | null, to: string | null, { status }: AttemptJson, nowMs: number): string {
  const [start, end] = [toMs(from), toMs(to) ?? (status === 'queued' || status === 'running' ? nowMs : undefined)];
  return start === undefined || end === undefined ? '' : formatSpan(start, end);
}

function describeEnd({ cause, said, diagnosis }: AttemptJson): string | undefined {
  return describeCause({ cause, note: joinEndNotes(said, diagnosis?.says) });
}

function describeStart({ fresh, resumed_from: checkpoint }: AttemptJson): string {
  if (checkpoint !== null) return `resumed from ${checkpoint.split('/').at(-1) ?? checkpoint}`;
  return fresh ? 'fresh: the code and settings of then' : '';
}

function describeLimits({ limits, advised }: AttemptJson): string {
  const found = Object.entries(limits ?? {}).flatMap(([name, limit]) =>
    limit === null ? [] : [`${name.replace('_', ' ')} ${limit.value} (${limit.basis})`],
  );
  return [...found, ...(advised === null ? [] : ['placed by advice'])].join(', ');
}
