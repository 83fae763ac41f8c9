import type { TabProps } from '../shared/tab-props.ts';

export function AttemptsTab({ shown }: TabProps) {
  return <p>{shown.exp_id}</p>;
}
