import { dirname, join } from 'node:path';
import { inputError, SheafError } from '../../core/errors.ts';
import { createDurably, makeFolder, readText } from '../../system/index.ts';
import type { Composed, LoadedTemplate, Overrides, TemplateDescription } from '../../template/index.ts';
import type { Frozen } from '../../core/experiment/frozen.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Project } from '../project/project.ts';
import type { Value } from '../../core/value.ts';

/** A template, ready for many experiments, with the functions of its module. */
export interface OpenTemplate {
  readonly name: string;
  readonly loaded: LoadedTemplate;
  /** Its parameters without overrides. */
  readonly defaults: Values;
  readonly compose: (overrides: Overrides, missing?: 'refused' | 'allowed') => Composed;
  /** Those of the parameters that nothing of a run with these settings uses. */
  readonly findUnused: (settings: Settings, names: readonly string[]) => string[];
  /** Reads the text of one value as the flag of that parameter would be read. */
  readonly readValue: (
    name: string,
    text: string,
  ) => { readonly value: Value; readonly written: Readonly<Record<string, string>> };
}

/** A template that is not a file of the project yet. */
export interface UnsavedTemplate {
  readonly name: string;
  readonly text: string;
}

/** @param source the name of a template, or one that is not saved yet */
export async function openTemplate(project: Project, source: string | UnsavedTemplate): Promise<OpenTemplate> {
  const { compose, findUnusedParameters, loadTemplate, readValue, getTemplateDefaults } =
    await import('../../template/index.ts');
  const { name, text } = typeof source === 'string' ? { name: source, text: undefined } : source;
  const loaded = loadTemplate(await project.config(), name, text);
  return {
    name,
    loaded,
    defaults: getTemplateDefaults(loaded),
    compose: (overrides, missing) => hidePlaces(text !== undefined, () => compose(loaded, overrides, missing)),
    findUnused: (settings, names) => findUnusedParameters(loaded, settings, names),
    readValue: (parameter, text) => readValue(loaded, parameter, text),
  };
}

/** Nobody has seen the lines of a template that is not saved: values that must be given are named without a place. */
function hidePlaces<T>(isUnsaved: boolean, act: () => T): T {
  if (!isUnsaved) return act();
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SheafError)) throw error;
    const [first, ...rest] = error.problems.map(({ at, excerpt, ...problem }) =>
      problem.code === 'param.required' ? problem : { ...problem, ...(at && { at }), ...(excerpt && { excerpt }) },
    );
    throw first === undefined ? error : new SheafError([first, ...rest], error.exitCode, { cause: error });
  }
}

export type Values = Pick<Frozen, 'params' | 'written'>;

/** @throws SheafError `template.unknown`, and whatever is wrong with the template */
export async function describeSource(project: Project, source: string | UnsavedTemplate): Promise<TemplateDescription> {
  const { describeTemplate } = await import('../../template/index.ts');
  return describeTemplate((await openTemplate(project, source)).loaded);
}

/** Writes the file of a template that is not saved yet. @returns its name and, if it was made, its path in the project */
export async function saveTemplate(
  { root }: Project,
  source: string | UnsavedTemplate,
): Promise<{ readonly name: string; readonly path?: string }> {
  if (typeof source === 'string') return { name: source };
  const { getTemplatePath } = await import('../../template/index.ts');
  const path = getTemplatePath(source.name);
  makeFolder(dirname(join(root, path)));
  const isMade = createDurably(join(root, path), source.text);
  if (isMade) return { name: source.name, path };
  if (readText(join(root, path)) === source.text) return { name: source.name };
  throw inputError('template.exists', `another command just made the template ${source.name}`, {
    fix: 'run the same command again',
    now: 'nothing was made',
  });
}
