import { join } from 'node:path';
import { SheafError } from '../../core/errors.ts';
import { getFileFacts } from '../../system/index.ts';
import { TEMPLATE_SCHEMA_LINE } from '../project/editor-schemas.ts';
import type { Project } from '../project/project.ts';
import type { TemplateSource } from './run.ts';

/**
 * The template for a command: the one that was made from it before, also if something was added to it since, otherwise a
 * new one that is not saved yet. So experiments without a template of their own are repeated and cloned like others.
 *
 * @param more names of parameters that a command with `{{ flags }}` is given beside those that it names
 */
export async function findCommandTemplate(
  project: Project,
  command: string,
  more: readonly string[] = [],
): Promise<TemplateSource> {
  const { findCommandParameters, listTemplates, nameCommand, buildTemplateFromCommand, getTemplatePath } =
    await import('../../template/index.ts');
  const { names: used, takesAll } = findCommandParameters(command);
  const names = [...new Set([...used, ...(takesAll ? more : [])])];
  for (const known of listTemplates(project.root)) {
    if (await isMadeFrom(project, known, command, names)) return known;
  }
  const base = nameCommand(command);
  const isFree = (name: string): boolean => getFileFacts(join(project.root, getTemplatePath(name))) === undefined;
  let name = base;
  for (let n = 2; !isFree(name); n += 1) name = `${base}-${n}`;
  return { name, text: TEMPLATE_SCHEMA_LINE + buildTemplateFromCommand(command, names) };
}

/** A template with defaults for them is something else: a command alone needs all its values. */
async function isMadeFrom(project: Project, name: string, command: string, names: readonly string[]): Promise<boolean> {
  const { loadTemplate } = await import('../../template/index.ts');
  try {
    const { settings, open } = loadTemplate(await project.config(), name);
    const { command: own, stages } = settings.value;
    const required = new Set(open.flatMap(({ keys }) => (keys[0] === 'params' ? keys.slice(1, 2) : [])));
    const isSame = required.size === names.length && names.every((each) => required.has(each));
    return stages === undefined && own?.trimEnd() === command.trimEnd() && isSame;
  } catch (error) {
    if (error instanceof SheafError) return false;
    throw error;
  }
}
