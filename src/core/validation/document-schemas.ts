import { harvestSchema } from './harvest-settings.ts';
import type { JsonSchema } from './json-schema.ts';
import { NAMES_OF_PARAMETERS } from './keys.ts';
import { buildProjectKeysSchema } from './project-settings.ts';
import { mapSchema } from './setting.ts';
import { withDefinitions } from './shared-definitions.ts';
import { buildStagesSchema, NEEDS_COMMANDS } from './stage-settings.ts';
import { keysNamed } from './table.ts';
import { buildViewKeysSchema } from './view-settings.ts';
import { RESERVED, type ReservedKey } from '../settings/reserved.ts';

/** Keys whose values are read together with others. */
const STRUCTURED: { readonly [name: string]: () => JsonSchema } = {
  stages: buildStagesSchema,
  harvest: harvestSchema,
  params: () => ({ type: 'object', propertyNames: NAMES_OF_PARAMETERS }),
};

const DRAFT = 'http://json-schema.org/draft-07/schema#';
/** Both may not be given. */
const ONE_OF_TWO: JsonSchema = { not: { required: ['command', 'stages'] } };

/** The JSON Schema of `sheaf.yaml`. */
function projectSchema(): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'sheaf.yaml: a project of sheaf',
    type: ['object', 'null'],
    properties: {
      ...withNull(buildProjectKeysSchema().properties ?? {}),
      ...reservedKeys(RESERVED.filter(({ templateOnly }) => !templateOnly)),
    },
    additionalProperties: false,
    ...ONE_OF_TWO,
  };
}

/** The JSON Schema of a template, in which every other key is a parameter. */
function templateSchema(): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'A template of sheaf',
    type: ['object', 'null'],
    properties: reservedKeys(RESERVED),
    propertyNames: NAMES_OF_PARAMETERS,
    ...ONE_OF_TWO,
    ...NEEDS_COMMANDS,
  };
}

/** The JSON Schema of a saved view. */
function viewSchema(): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'A saved view of sheaf',
    ...buildViewKeysSchema(),
    type: ['object', 'null'],
  };
}

function reservedKeys(keys: readonly ReservedKey[]): { readonly [key: string]: JsonSchema } {
  const readable = mapSchema(keysNamed(keys.map(({ name }) => name))).properties;
  return Object.fromEntries(
    keys.flatMap(({ name, help }) => {
      const structured = STRUCTURED[name]?.();
      const schema = structured ? { ...orNull(structured), description: help } : readable[name];
      return schema === undefined ? [] : [[name, schema]];
    }),
  );
}

/** In `sheaf.yaml` null sets nothing; in a template it must be replaced. */
function withNull(properties: { readonly [key: string]: JsonSchema }): { readonly [key: string]: JsonSchema } {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { description, ...schema }]) => [
      name,
      { ...orNull(schema), ...(description !== undefined && { description }) },
    ]),
  );
}

function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

/** The files of `schema/` and of the folder with which editors check a project, by name. */
export function buildSchemaFiles(): { readonly [file: string]: string } {
  const text = (schema: JsonSchema): string => `${JSON.stringify(withDefinitions(schema), undefined, 2)}\n`;
  return {
    'sheaf.schema.json': text(projectSchema()),
    'template.schema.json': text(templateSchema()),
    'view.schema.json': text(viewSchema()),
  };
}
