import { basename } from 'node:path';
import type { SweepsByStatus, ViewLine } from '../../app/index.ts';
import {
  doctorJson,
  statusLineJson,
  templateJson,
  templatesJson,
  type DoctorJson,
  type StatusLineJson,
  type TemplateJson,
  type TemplatesJson,
} from '../../json/index.ts';
import type { CallsOf } from './call.ts';
import { count, number, object, text } from './reading.ts';

/** The project, and what is in it beside experiments. */
export type ProjectApi = {
  /** Which project this is. */
  readonly project: {
    readonly request: object;
    readonly answer: {
      readonly name: string;
      readonly root: string;
      readonly warnings: readonly string[];
      /** Whether the page can act, otherwise why not. */
      readonly actions: { readonly on: boolean; readonly why: string };
    };
  };
  readonly templates: { readonly request: object; readonly answer: TemplatesJson };
  /** One template: its parameters, with defaults and where they come from. */
  readonly template: { readonly request: { readonly name: string }; readonly answer: TemplateJson };
  /** The saved views; one that cannot be read has its problems. */
  readonly views: { readonly request: object; readonly answer: readonly ViewLine[] };
  /** What failed since a time and why, newest first. */
  readonly failures: {
    readonly request: { readonly sinceMs: number; readonly limit: number };
    readonly answer: readonly StatusLineJson[];
  };
  /** What runs, the newest first. */
  readonly running: {
    readonly request: { readonly limit: number };
    readonly answer: readonly StatusLineJson[];
  };
  /** What is wrong with the record, and of what little is left on the disk. */
  readonly problems: { readonly request: object; readonly answer: DoctorJson };
  /** The sweeps by the statuses of their members. */
  readonly sweeps: { readonly request: { readonly limit: number }; readonly answer: SweepsByStatus };
};

export const projectCalls: CallsOf<ProjectApi> = {
  project: {
    place: 'here',
    read: object({}),
    answer: (_, { manager, desk, whyNoActions = '' }) => ({
      name: basename(manager.root),
      root: manager.root,
      warnings: manager.warnings,
      actions: { on: desk !== undefined, why: whyNoActions },
    }),
  },
  templates: {
    place: 'here',
    read: object({}),
    answer: async (_, { manager }) => templatesJson(await manager.templates()),
  },
  template: {
    place: 'here',
    read: object({ name: text }),
    answer: async ({ name }, { manager }) => templateJson(await manager.describeTemplate(name)),
  },
  views: {
    place: 'here',
    read: object({}),
    answer: (_, { manager }) => manager.views(),
  },
  failures: {
    place: 'tables',
    read: object({ sinceMs: number, limit: count }),
    answer: async (request, { manager }) => (await manager.failures(request)).map(statusLineJson),
  },
  running: {
    place: 'tables',
    read: object({ limit: count }),
    answer: async ({ limit }, { manager }) => {
      const sort = { field: 'started', descending: true };
      return (await manager.statusLines({ status: ['running'], sort, limit })).map(statusLineJson);
    },
  },
  problems: {
    // Programs are asked for quotas.
    place: 'files',
    read: object({}),
    answer: async (_, { manager }) => doctorJson(await manager.findProblems()),
  },
  sweeps: {
    place: 'tables',
    read: object({ limit: count }),
    answer: ({ limit }, { manager }) => manager.sweepCounts(limit),
  },
};
