/** The pages of the keys of templates and of `sheaf.yaml`, from the schemas with which editors check these files. */
import { buildSchemaFiles } from '../../src/core/validation/document-schemas.ts';
import type { JsonSchema } from '../../src/core/validation/json-schema.ts';
import { RESERVED, type ReservedKey } from '../../src/core/settings/reserved.ts';
import { listKeys } from './key-rows.ts';
import { table } from './markdown.ts';

const HEAD = ['key', 'value', 'default', 'meaning'];
const GENERATED = 'This page is generated from the JSON Schema that editors use: `node scripts/generate-cli-docs.ts`.';

const NOTATION = `A dot is a level: \`requeue.max\` is \`requeue: {max: 5}\`. Words in capitals stand for names that you choose. An empty default means that
nothing is set.`;

const SECTIONS: readonly (readonly [title: string, group: ReservedKey['group']])[] = [
  ['Identity', 'identity'],
  ['Resources', 'resources'],
  ['What to run', 'run'],
  ['Results', 'results'],
  ['Parameters', 'parameters'],
  ['Structure', 'structure'],
];

/** The text of `docs/reference/template-keys.md`. */
export function templateKeysPage(): string {
  const schema = readSchema('template');
  const sections = SECTIONS.map(([title, group]) => {
    const keys = RESERVED.filter((key) => key.group === group);
    const unset = keys.filter(({ flag }) => !flag).map(({ name }) => `\`${name}\``);
    const note = unset.length === 0 ? '' : `\nNo flag of \`sheaf new\` sets ${unset.join(', ')}.\n`;
    return `## ${title}\n\n${table(
      HEAD,
      listKeys(
        schema,
        keys.map(({ name }) => name),
      ),
    )}${note}`;
  });
  return `# Keys of templates

All keys that sheaf reserves in \`templates/NAME.yaml\`. Every other key is a parameter of your program. What the keys are for is in
[Templates](templates.md). Unless a note says otherwise, a flag sets a key for one experiment: \`--num-gpus 2\`.

${NOTATION} ${GENERATED}

${sections.join('\n')}`;
}

/** The text of `docs/reference/project-settings.md`. */
export function projectSettingsPage(): string {
  const schema = readSchema('sheaf');
  const shared = RESERVED.map(({ name }) => name);
  const own = Object.keys(schema.properties ?? {}).filter((name) => !shared.includes(name));
  const only = RESERVED.filter(({ templateOnly }) => templateOnly).map(({ name }) => `\`${name}\``);
  return `# sheaf.yaml

\`sheaf.yaml\` makes its folder a project. \`sheaf init\` writes it. It has keys of its own, below, and defaults for all templates: every key in
[Keys of templates](template-keys.md) except ${only.join(', ')}. Default parameters go under \`params:\`.

\`\`\`yaml
# sheaf.yaml
project: vision
scheduler: slurm
account: lab_a
time_limit: "04:00:00"
params:
  seed: 0
wait_job: {partition: cpu, time_limit: 12:00:00}
\`\`\`

\`~/.config/sheaf/config.yaml\` (or \`$XDG_CONFIG_HOME/sheaf/config.yaml\`) has the same keys, for all of your projects, except those that belong to one
project. What takes precedence is in [Templates](templates.md#building-on-other-templates).

${NOTATION} ${GENERATED}

${table(HEAD, listKeys(schema, own))}`;
}

function readSchema(name: string): JsonSchema {
  return JSON.parse(buildSchemaFiles()[`${name}.schema.json`] ?? '') as JsonSchema;
}
