import type { Chosen, MemberGroup, Members, RunMetric, Sweep } from './members.ts';
import type { SweepAddress } from './sweep-address.ts';

/** What all parts of the page are made from. */
export interface PartProps {
  readonly sweep: Sweep;
  readonly members: Members;
  readonly groups: readonly MemberGroup[];
  readonly chosen: Chosen;
  readonly address: SweepAddress;
  readonly change: (changes: { readonly [name: string]: string | undefined }) => void;
}

/** Of the parts that show a metric. */
export interface MetricPartProps extends PartProps {
  readonly metric: RunMetric;
  /** Which values are better; undefined if nothing says it. */
  readonly mode: 'max' | 'min' | undefined;
}
