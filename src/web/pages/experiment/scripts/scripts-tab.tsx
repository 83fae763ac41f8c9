import type { TabProps } from '../shared/tab-props.ts';

export function ScriptsTab({ shown }: TabProps) {
  return <p>{shown.exp_id}</p>;
}
