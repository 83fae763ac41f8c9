import { commandOf } from '../../../core/command/command-of.ts';
import { ActionButtons, type Offer } from '../../components/actions/action-buttons.tsx';
import { useActing } from '../../components/actions/use-acting.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { copySweep } from './copy-sweep.ts';
import type { Sweep } from './shared/members.ts';

/** What changes a sweep: buttons, or the commands if the server only looks. */
export function SweepActions({ sweep }: { readonly sweep: Sweep }) {
  const acting = useActing();
  const copy = copySweep(sweep);
  return (
    <>
      <ActionButtons label="Actions for the sweep" offers={offerActions(sweep)} />
      <p>
        {copy === undefined ? (
          'No form can hold the space of this sweep: copy and extend it in a shell.'
        ) : (
          <a href={copy}>Copy this sweep</a>
        )}
      </p>
      {acting?.on === false && <Commands sweep={sweep} why={acting.why} />}
    </>
  );
}

function offerActions(sweep: Sweep): Offer[] {
  const { summary, space, progress } = sweep;
  const { name, maxParallel = 0, search } = summary;
  const { counts, total } = progress;
  const { completed = 0, failed = 0, stopped = 0, created = 0, queued = 0, running = 0 } = counts;
  const isNew = created === total;
  const blank = (wanted: string): { readonly [axis: string]: string } =>
    Object.fromEntries((space?.axes ?? []).flatMap((axis) => (axis.as === wanted ? [[axis.name, '']] : [])));
  // One that proposes its members has no values to add.
  const extended = search?.search.propose === undefined ? space : undefined;
  return [
    {
      name: 'Extend',
      action: extended && {
        kind: 'extend',
        name,
        grid: blank('grid'),
        zip: blank('zip'),
        ...(extended.random && { random: { count: 0, seed: extended.random.seed, draws: {} } }),
      },
    },
    { name: 'Limit how many run', action: { kind: 'throttle', name, maxParallel } },
    {
      name: 'Retry failed',
      action: failed > 0 ? { kind: 'retry', which: { sweep: name, where: 'status = failed' } } : undefined,
    },
    {
      name: 'Submit',
      action: isNew && canSubmit(sweep) ? { kind: 'submit', which: { sweep: name } } : undefined,
    },
    {
      name: 'Submit the rest',
      action: !isNew && created > 0 ? { kind: 'submit', which: { sweep: name, where: 'status = created' } } : undefined,
    },
    {
      name: 'Propose members',
      action:
        !isNew && proposesMore(sweep) && queued + running === 0
          ? { kind: 'submit', which: { sweep: name } }
          : undefined,
    },
    {
      name: 'Harvest',
      action: completed + failed + stopped > 0 ? { kind: 'harvest', which: { sweep: name } } : undefined,
    },
    {
      name: 'Cancel',
      action: queued + running > 0 ? { kind: 'cancel', which: { sweep: name } } : undefined,
    },
  ];
}

function canSubmit(sweep: Sweep): boolean {
  return (sweep.progress.counts.created ?? 0) > 0 || proposesMore(sweep);
}

/** Not all members that it is to propose are made. */
function proposesMore({ summary: { search } }: Sweep): boolean {
  return (search?.search.propose?.trials ?? 0) > (search?.trials ?? 0) - (search?.repeated ?? 0);
}

function Commands({ sweep, why }: { readonly sweep: Sweep; readonly why: string }) {
  const { summary, progress, members } = sweep;
  const { name, search } = summary;
  const { propose, stop } = search?.search ?? {};
  const seed = members?.parameters.find(({ isSeed }) => isSeed);
  const seeds = (seed?.values ?? []).filter((value) => typeof value === 'number');
  const next = seeds.reduce((most, value) => Math.max(most, value), 0) + 1;
  return (
    <details>
      <summary>Commands that change this sweep</summary>
      <p>There are no buttons for this: {why}.</p>
      {canSubmit(sweep) && (
        <>
          <p>Submit the members that have not been submitted{proposesMore(sweep) && ', and propose more'}:</p>
          <CommandLine line={commandOf({ command: 'submit', sweep: name })} />
        </>
      )}
      {propose ? (
        <>
          <p>Propose more members:</p>
          <CommandLine line={commandOf({ command: 'sweep set', name, trials: 2 * propose.trials })} />
        </>
      ) : (
        <>
          <p>Add seeds or other values; only the missing members are made:</p>
          <CommandLine
            line={commandOf({ command: 'sweep extend', name, grid: { [seed?.name ?? 'seed']: `${next},${next + 1}` } })}
          />
        </>
      )}
      {stop && (
        <>
          <p>Stop no more members:</p>
          <CommandLine line={commandOf({ command: 'sweep set', name, stop: 'none' })} />
        </>
      )}
      <p>Change how many members run at once:</p>
      <CommandLine line={commandOf({ command: 'sweep set', name, maxParallel: 8 })} />
      <p>Read the results of members that ended:</p>
      <CommandLine line={commandOf({ command: 'harvest', sweep: name })} />
      {(progress.counts.failed ?? 0) > 0 && (
        <>
          <p>Retry the members that failed:</p>
          <CommandLine line={commandOf({ command: 'retry', sweep: name, where: 'status = failed' })} />
        </>
      )}
    </details>
  );
}
