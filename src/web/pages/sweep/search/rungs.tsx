import { commandOf } from '../../../../core/command/command-of.ts';
import { describeSearch } from '../../../../core/search/describe-search.ts';
import { describeLead } from '../../../../core/search/lead.ts';
import { formatCount, groupDigits } from '../../../../core/text/phrases.ts';
import { formatDuration } from '../../../../core/units.ts';
import { CommandLine } from '../../../components/command-line.tsx';
import { Facts } from '../../../components/facts.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { toIso } from '../../../format/times.ts';
import { toHref } from '../../../state/use-route.ts';
import type { Sweep } from '../shared/members.ts';
import { Part } from '../shared/part.tsx';

type Search = NonNullable<Sweep['summary']['search']>;

/** Reasons that are drawn at first. */
const USUAL_REASONS = 10;

/** If no round follows for longer than this, the command that decides is shown. Milliseconds. */
const LONG_IDLE_MS = 20 * 60_000;

/** How a sweep goes on by itself: who decided last and when, how many reached each rung, and why members were stopped. */
export function Rungs({ sweep }: { readonly sweep: Sweep }) {
  const { name, search } = sweep.summary;
  if (search === undefined) return null;
  const { rungs, stopped, lead, idleMs = 0 } = search;
  return (
    <Part
      title={`${rungs.length > 0 ? 'Rungs' : 'Proposals'} by ${search.search.metric}`}
      command={commandOf({ command: 'sweep show', name, decisions: true })}
    >
      <Facts
        facts={[
          ['search', describeSearch(search.search)],
          ['trials', describeTrials(search)],
          ...(lead === undefined ? [] : [['lead', describeLead(lead)] as const]),
          ['decided', <Decided search={search} />],
        ]}
      />
      {idleMs >= LONG_IDLE_MS && (
        <>
          <p>Nothing was decided for {formatDuration(Math.round(idleMs / 1_000))}. This command decides:</p>
          <CommandLine line={commandOf({ command: 'wait', sweep: name })} />
        </>
      )}
      {rungs.length > 0 && (
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
      )}
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
            { name: 'decided', cell: ({ atMs }) => <Moment at={toIso(atMs)} /> },
            { name: 'note', cell: ({ hasCompleted }) => hasCompleted && 'completed before it was stopped' },
          ]}
        />
      )}
    </Part>
  );
}

/** The newest round. */
function Decided({ search: { last, rounds } }: { readonly search: Search }) {
  if (last === undefined) return 'nobody yet';
  return (
    <>
      round {groupDigits(rounds)}, <Moment at={toIso(last.atMs)} />, by {last.user} on {last.host}
    </>
  );
}

/** `120 of 200, and 4 repetitions` */
function describeTrials({ search, trials, repeated }: Search): string {
  const made = groupDigits(trials - repeated);
  const all = search.propose === undefined ? made : `${made} of ${groupDigits(search.propose.trials)}`;
  return repeated === 0 ? all : `${all}, and ${formatCount(repeated, 'repetition')}`;
}
