import type { MetricPartProps } from '../shared/part-props.ts';
import { Bands } from './bands.tsx';
import { MemberCurves } from './member-curves.tsx';

/** The metric over steps: of each member, or the means of groups. If members are stopped, one wants to see each. */
export function Curves(props: MetricPartProps) {
  const { address, sweep } = props;
  const usual = sweep.summary.search?.search.stop === undefined ? 'groups' : 'members';
  return (address.lines ?? usual) === 'members' ? <MemberCurves {...props} /> : <Bands {...props} />;
}
