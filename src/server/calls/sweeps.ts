import type { ImportanceRequest, RunImportance, SweepInspection } from '../../app/index.ts';
import type { CallsOf } from './call.ts';
import { mode } from './groups.ts';
import { object, optional, text } from './reading.ts';

/** Sweeps, and what their members say together. */
export type SweepsApi = {
  /** A sweep with its members by columns. */
  readonly sweep: {
    readonly request: { readonly name: string; readonly metric?: string };
    readonly answer: SweepInspection;
  };
  /** How much each parameter decides which runs are the best. */
  readonly importance: {
    readonly request: Pick<ImportanceRequest, 'sweep' | 'where' | 'metric' | 'mode'>;
    readonly answer: RunImportance;
  };
};

export const sweepsCalls: CallsOf<SweepsApi> = {
  sweep: {
    place: 'tables',
    read: object({ name: text, metric: optional(text) }),
    answer: ({ name, metric }, { manager }) => manager.inspectSweep(name, metric),
  },
  importance: {
    place: 'tables',
    read: object({ sweep: optional(text), where: optional(text), metric: optional(text), mode: optional(mode) }),
    answer: (request, { manager }) => manager.importance(request),
  },
};
