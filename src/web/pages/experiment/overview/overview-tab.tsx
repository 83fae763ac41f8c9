import type { TabProps } from '../shared/tab-props.ts';

export function OverviewTab({ shown }: TabProps) {
  return <p>{shown.exp_id}</p>;
}
