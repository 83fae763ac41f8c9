import { treeAt, valueOf } from '../core/config.ts';
import { RESERVED, type ReservedKey } from '../core/reserved.ts';
import type { Parameter } from '../core/schema.ts';
import type { LiveSettings } from '../core/settings.ts';
import type { Value } from '../core/value.ts';
import { throwProblems } from '../core/errors.ts';
import { loadTemplate, type LoadedTemplate, type TemplateName } from './load.ts';
import type { ProjectConfig } from './project.ts';

/** A parameter as `template show` and `--help` tell it. */
type DescribedParameter = Pick<Parameter, 'name' | 'type' | 'default' | 'required' | 'help' | 'choices' | 'range'>;

/** A reserved key that can be given for an experiment, with the value that the template gives it. */
interface DescribedReserved extends Pick<ReservedKey, 'name' | 'group' | 'type' | 'help'> {
  readonly value?: Value;
}

export interface TemplateDescription {
  readonly name: TemplateName;
  readonly path: string;
  readonly description?: string;
  readonly abstract: boolean;
  readonly parameters: readonly DescribedParameter[];
  readonly reserved: readonly DescribedReserved[];
}

/** What people need to know to use a template. */
export function describeTemplate({ name, path, tree, parameters, abstract }: LoadedTemplate): TemplateDescription {
  const valueAt = (key: string): Value | undefined => {
    const found = treeAt(tree, [key]);
    return found && valueOf(found);
  };
  const description = valueAt('description');
  return {
    name,
    path,
    ...(typeof description === 'string' && { description }),
    abstract,
    parameters: [...parameters.values()].map(describeParameter),
    reserved: RESERVED.filter(({ flag }) => flag).map(({ name: key, group, type, help }) => {
      const value = valueAt(key);
      return { name: key, group, type, help, ...(value !== undefined && { value }) };
    }),
  };
}

function describeParameter({
  name,
  type,
  default: value,
  required,
  help,
  choices,
  range,
}: Parameter): DescribedParameter {
  return {
    name,
    type,
    ...(value !== undefined && { default: value }),
    required,
    ...(help !== undefined && { help }),
    ...(choices && { choices }),
    ...(range && { range }),
  };
}

/**
 * Harvest rules and export columns as the template has them today: they never freeze.
 *
 * @throws SheafError `template.*`, `harvest.*`, …
 */
export function readLive(config: ProjectConfig, templateName: TemplateName): LiveSettings {
  const { live } = loadTemplate(config, templateName);
  throwProblems(live.problems);
  return live.value;
}
