import { table } from './markdown.ts';
import { VARIABLES, type Variable } from './variables.ts';

/** The text of `docs/reference/environment-variables.md`. */
export function variablesPage(): string {
  return `# Environment variables

## In a job

A job has the environment of the shell that submitted it, except for what belongs to an outer job: \`SLURM_*\` (but not \`SLURM_CONF\`), \`SBATCH_*\`,
\`SHEAF_*\` and \`CUDA_VISIBLE_DEVICES\`, and except for \`BASH_ENV\` and \`npm_*\`. \`environment.exports\` in a template sets further variables.
A program finds:

${rows('run')}
sheaf also sets variables for trackers:

${rows('tracker')}
and for what starts your program, from the [keys](template-keys.md#what-to-run) \`environment\` and \`launcher\`:

${rows('launch')}
sheaf unsets \`SLURM_ARRAY_*\`, see [Job arrays](template-commands.md#job-arrays). The client for Python reads \`SHEAF\`: the program to call instead of
\`sheaf\` ([Python](../how-to/start/python.md)).

## For commands

${rows('sheaf')}
These are defaults for settings:

${rows('defaults')}
These are not specific to sheaf:

${rows('system')}
\`node scripts/generate-cli-docs.ts\` writes this page; a test checks that no variable is missing.
`;
}

function rows(group: Variable['group']): string {
  const shown = VARIABLES.filter((variable) => variable.group === group);
  return table(
    ['variable', 'meaning'],
    shown.map(({ names, meaning }) => [names.map((name) => `\`${name.replace('*', '<name>')}\``).join(', '), meaning]),
  );
}
