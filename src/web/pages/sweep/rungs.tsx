import { commandOf } from '../../../core/command/command-of.ts';
import { groupDigits } from '../../../core/text/phrases.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { toHref } from '../../state/use-route.ts';
import type { Sweep } from './members.ts';
import { Part } from './part.tsx';

/** Reasons that are drawn at first. */
const USUAL_REASONS = 10;

/** The rungs of a sweep that stops members: how many reached each, and why members were stopped. */
export function Rungs({ sweep }: { readonly sweep: Sweep }) {
  const { name, search } = sweep.summary;
  if (search === undefined || search.rungs.length === 0) return null;
  const { rungs, stopped } = search;
  return (
    <Part title={`Rungs by ${search.search.metric}`} command={commandOf({ command: 'sweep show', name })}>
      <PlainTable
        label="Rungs"
        noun="rung"
        rows={rungs}
        keyOf={({ step }) => String(step)}
        columns={[
          { name: 'step', isNumber: true, cell: ({ step }) => groupDigits(step) },
          { name: 'reached', isNumber: true, cell: ({ reached }) => groupDigits(reached) },
          { name: 'went on', isNumber: true, cell: ({ wentOn }) => groupDigits(wentOn) },
          { name: 'fell behind', isNumber: true, cell: ({ lost }) => groupDigits(lost) },
        ]}
      />
      {stopped.length > 0 && (
        <PlainTable
          label="Members that fell behind"
          noun="member"
          usual={USUAL_REASONS}
          rows={stopped}
          keyOf={({ expId }) => expId}
          columns={[
            { name: 'member', cell: ({ expId }) => <a href={toHref(['x', expId])}>{expId}</a> },
            { name: 'why', cell: ({ why }) => why },
            { name: 'note', cell: ({ hasCompleted }) => hasCompleted && 'completed before it was stopped' },
          ]}
        />
      )}
    </Part>
  );
}
