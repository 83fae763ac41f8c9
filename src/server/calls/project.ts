import { basename } from 'node:path';
import { templateJson, templatesJson, type TemplateJson, type TemplatesJson } from '../../json/index.ts';
import type { CallsOf } from './call.ts';
import { object, text } from './reading.ts';

/** The project, and what is in it beside experiments. */
export type ProjectApi = {
  /** Which project this is. */
  readonly project: {
    readonly request: object;
    readonly answer: { readonly name: string; readonly root: string; readonly warnings: readonly string[] };
  };
  readonly templates: { readonly request: object; readonly answer: TemplatesJson };
  /** One template: its parameters, with defaults and where they come from. */
  readonly template: { readonly request: { readonly name: string }; readonly answer: TemplateJson };
};

export const projectCalls: CallsOf<ProjectApi> = {
  project: {
    place: 'here',
    read: object({}),
    answer: (_, { manager }) => ({ name: basename(manager.root), root: manager.root, warnings: manager.warnings }),
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
};
