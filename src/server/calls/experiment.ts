import type { AttemptScripts, CodeChanges, ListSelector, Neighbours } from '../../app/index.ts';
import { encodeCurves } from '../../core/curves/encoding.ts';
import {
  checkpointsJson,
  diffJson,
  showJson,
  stageScriptsJson,
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
  /** What one attempt ran. */
  readonly attemptScripts: {
    readonly request: { readonly id: string; readonly attempt: string };
    readonly answer: AttemptScripts;
  };
  /** In what its code differed from its commit. */
  readonly codeChanges: { readonly request: { readonly id: string }; readonly answer: CodeChanges };
  /** Where it is in a list, and those beside it; null if the list does not have it. */
  readonly neighbours: {
    readonly request: { readonly id: string } & Pick<ListSelector, 'where' | 'sort'>;
    readonly answer: Neighbours | null;
  };
  /** What differs between it and another one. */
  readonly diff: { readonly request: { readonly a: string; readonly b: string }; readonly answer: DiffJson };
  readonly checkpoints: { readonly request: { readonly id: string }; readonly answer: CheckpointsJson };
  /** What an attempt used over time: bytes that `decodeCurves` reads. */
  readonly usage: {
    readonly request: { readonly id: string; readonly attempt: string };
    readonly answer: Uint8Array;
  };
};

export const experimentCalls: CallsOf<ExperimentApi> = {
  show: {
    place: 'here',
    read: object({ id: text, events: optional(flag) }),
    answer: async ({ id, events = false }, { manager }) => {
      await manager.catchUp();
      // The scheduler is asked for all pages together, at its own pace.
      return showJson(await manager.inspect(id, { events, ask: false }));
    },
  },
  scripts: {
    place: 'here',
    read: object({ id: text }),
    answer: async ({ id }, { manager }) => (await manager.scripts(id)).map(stageScriptsJson),
  },
  attemptScripts: {
    place: 'files',
    read: object({ id: text, attempt: text }),
    answer: async ({ id, attempt }, { manager }) => manager.attemptScripts(id, attempt),
  },
  codeChanges: {
    place: 'files',
    read: object({ id: text }),
    answer: ({ id }, { manager }) => manager.codeChanges(id),
  },
  neighbours: {
    place: 'tables',
    read: object({
      id: text,
      where: optional(text),
      sort: optional(object({ field: text, descending: flag })),
    }),
    answer: async ({ id, ...selector }, { manager }) => (await manager.neighbours(id, selector)) ?? null,
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
  usage: {
    place: 'files',
    read: object({ id: text, attempt: text }),
    answer: async ({ id, attempt }, { manager }) => encodeCurves(await manager.usage(id, attempt), 'whole'),
  },
};
