import type { Command } from '../src/cli/command.ts';
import { commandHelp, overview } from '../src/cli/help.ts';
import { COMMANDS } from '../src/cli/registry.ts';
import { screenOf } from '../src/cli/terminal.ts';

const PLAIN = screenOf({}, {}, 'never');

/** The text of `docs/cli.md`. */
export async function cliPage(): Promise<string> {
  const commands = await Promise.all(COMMANDS.map(async ({ load }) => (await load()).command));
  return [
    '# Commands\n\n',
    'This page is what `sheaf --help` and `sheaf COMMAND --help` print; `node scripts/generate-cli-docs.ts` writes it.\n\n',
    block(overview(PLAIN)),
    ...commands.flatMap((command) => [command, ...Object.values(command.verbs ?? {})]).map(section),
    EXIT_CODES,
    JSON_OUTPUT,
  ].join('');
}

function section(command: Command): string {
  return `## sheaf ${command.name}\n\n${block(commandHelp(command, undefined, PLAIN))}`;
}

function block(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n\n`;
}

const EXIT_CODES = `## Exit codes

| code | meaning |
| ---- | ------- |
| 0 | done |
| 1 | the operation failed: a job, the scheduler, a file |
| 2 | the input was wrong and nothing changed |
| 3 | some of many failed |
| 130 | interrupted with Ctrl-C |

`;

const JSON_OUTPUT = `## JSON

With \`--json\` a command prints one document on stdout, and errors as a document on stderr:

\`\`\`json
{ "schema": "sheaf.list/1", "data": [], "warnings": [] }
\`\`\`

\`\`\`json
{ "error": { "code": "template.unknown", "message": "...", "why": null, "fix": "...", "at": null, "said": null, "ran": null, "now": null }, "others": [] }
\`\`\`

While following (\`logs -f\`, \`wait\`, \`status --watch\`, \`submit --wait\`) each line is a document. Keys are in snake case; they are
added to, and never renamed within a version of a schema. Times are ISO 8601 in UTC, durations seconds.
`;
