import type { Composed, LoadedTemplate, Overrides } from '../../template/index.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import type { Project } from '../project/project.ts';
import type { Value } from '../../core/value.ts';

/** A template, ready for many experiments, with the functions of its module. */
export interface OpenTemplate {
  readonly name: string;
  readonly loaded: LoadedTemplate;
  /** Its parameters without overrides. */
  readonly defaults: Values;
  readonly compose: (overrides: Overrides, missing?: 'refused' | 'allowed') => Composed;
  /** Reads the text of one value as the flag of that parameter would be read. */
  readonly readValue: (
    name: string,
    text: string,
  ) => { readonly value: Value; readonly written: Readonly<Record<string, string>> };
}

export async function openTemplate(project: Project, name: string): Promise<OpenTemplate> {
  const { compose, loadTemplate, readValue, getTemplateDefaults } = await import('../../template/index.ts');
  const loaded = loadTemplate(await project.config(), name);
  return {
    name,
    loaded,
    defaults: getTemplateDefaults(loaded),
    compose: (overrides, missing) => compose(loaded, overrides, missing),
    readValue: (parameter, text) => readValue(loaded, parameter, text),
  };
}

export type Values = Pick<Frozen, 'params' | 'written'>;
