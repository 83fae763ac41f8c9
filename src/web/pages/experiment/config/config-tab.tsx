import type { TabProps } from '../shared/tab-props.ts';

export function ConfigTab({ shown }: TabProps) {
  return <p>{shown.exp_id}</p>;
}
