import {
  checkpointsJson,
  diffJson,
  scriptsJson,
  showJson,
  type CheckpointsJson,
  type DiffJson,
  type ScriptsJson,
  type ShowJson,
} from '../../json/index.ts';
import type { CallsOf } from './call.ts';
import { flag, object, optional, text } from './reading.ts';

/** One experiment. */
export type ExperimentApi = {
  /** All about it. */
  readonly show: { readonly request: { readonly id: string; readonly events?: boolean }; readonly answer: ShowJson };
  /** What each attempt ran, and what the next one would. */
  readonly scripts: { readonly request: { readonly id: string }; readonly answer: ScriptsJson };
  /** What differs between it and another one. */
  readonly diff: { readonly request: { readonly a: string; readonly b: string }; readonly answer: DiffJson };
  readonly checkpoints: { readonly request: { readonly id: string }; readonly answer: CheckpointsJson };
};

export const experimentCalls: CallsOf<ExperimentApi> = {
  show: {
    place: 'here',
    read: object({ id: text, events: optional(flag) }),
    answer: async ({ id, events = false }, { manager }) => showJson(await manager.inspect(id, { events })),
  },
  scripts: {
    place: 'here',
    read: object({ id: text }),
    answer: async ({ id }, { manager }) => scriptsJson(await manager.scripts(id)),
  },
  diff: {
    place: 'files',
    read: object({ a: text, b: text }),
    answer: async ({ a, b }, { manager }) => diffJson(await manager.diff(a, b)),
  },
  checkpoints: {
    place: 'files',
    read: object({ id: text }),
    answer: async ({ id }, { manager }) => checkpointsJson(await manager.checkpoints({ ids: [id] })),
  },
};
