import type { FormAction, MakingPreview } from '../../app/index.ts';
import type { CallsOf } from './call.ts';
import { formAction } from './read-action.ts';
import { object } from './reading.ts';

/** What forms show before anything is made. */
export type FormsApi = {
  /** What a form would make and submit, with its price and scripts. Nothing is changed. */
  readonly preview: { readonly request: { readonly action: FormAction }; readonly answer: MakingPreview };
};

export const formsCalls: CallsOf<FormsApi> = {
  preview: {
    place: 'files',
    read: object({ action: formAction }),
    answer: ({ action }, { manager }) => manager.previewMaking(action),
  },
};
