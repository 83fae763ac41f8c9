import { useActions, type Action } from '../../state/actions.ts';

/** Lists in the help what keys do in a chart that has the focus. */
export function useChartKeys(): void {
  useActions(KEYS);
}

const KEYS: readonly Action[] = [
  { name: 'Read the value before or after', keys: ['arrowleft', 'arrowright'] },
  { name: 'Choose a line', keys: ['arrowup', 'arrowdown'] },
  { name: 'Open the experiment of the line', keys: ['enter'] },
].map((each) => ({ ...each, group: 'In a chart that has the focus', isKeyOnly: true, isOfFocus: true, act: () => {} }));
