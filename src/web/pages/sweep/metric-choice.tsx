import { commandOf } from '../../../core/command/command-of.ts';
import { describeLeftOut } from '../../../core/text/missing-words.ts';
import { formatCount, groupDigits } from '../../../core/text/phrases.ts';
import { PartialStrip } from '../../components/partial-strip.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import type { MetricPartProps } from './shared/part-props.ts';

/** The metric and the members that all parts below show. */
export function MetricChoice({ sweep, members, chosen, address, change, metric, mode }: MetricPartProps) {
  const isActive = members.statuses.some((status) => status === 'running' || status === 'queued');
  return (
    <>
      <Toolbar>
        <label>
          Metric{' '}
          <select value={metric.name} onChange={({ target }) => change({ m: target.value, mode: undefined })}>
            {sweep.metrics.map(({ name, n }) => (
              <option key={name} value={name}>
                {name} ({groupDigits(n)})
              </option>
            ))}
          </select>
        </label>
        <label>
          Better is{' '}
          <select value={mode ?? ''} onChange={({ target }) => change({ mode: target.value })}>
            {mode === undefined && <option value="">not known</option>}
            <option value="max">higher</option>
            <option value="min">lower</option>
          </select>
        </label>
        <SearchField label="Filter members" text={address.where} onChange={(q) => change({ q })} />
        <span role="status">
          {chosen.count === members.expIds.length
            ? formatCount(chosen.count, 'member')
            : `${groupDigits(chosen.count)} of ${formatCount(members.expIds.length, 'member')}`}
        </span>
        {address.where !== '' && (
          <button type="button" onClick={() => change({ q: undefined })}>
            Show all members
          </button>
        )}
      </Toolbar>
      {chosen.problem !== undefined && <PartialStrip message={chosen.problem} />}
      {isActive && (
        <PartialStrip message="Interim: some members have not ended. Means and tests change when they do." />
      )}
      {metric.n < members.expIds.length && (
        <PartialStrip
          message={describeLeftOut(sweep.missing, {
            total: members.expIds.length,
            noun: 'member',
            metric: metric.name,
          })}
        />
      )}
    </>
  );
}

/** The command that lists the members that are shown. */
export function listCommand(name: string, where: string): string {
  return commandOf({ command: 'list', sweep: name, ...(where !== '' && { where }) });
}
