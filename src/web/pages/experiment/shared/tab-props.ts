import type { ShowJson } from '../../../../json/index.ts';

/** What each tab of an experiment gets. */
export interface TabProps {
  readonly id: string;
  readonly shown: ShowJson;
}
