import type { Command } from '../src/cli/shell/command.ts';
import { commandHelp, overview } from '../src/cli/help.ts';
import { COMMANDS } from '../src/cli/registry.ts';
import { screenOf } from '../src/cli/shell/terminal.ts';

const PLAIN = screenOf({}, {}, 'never');

/** The text of `docs/cli-help.md`. */
export async function cliPage(): Promise<string> {
  const commands = await Promise.all(COMMANDS.map(async ({ load }) => (await load()).command));
  return [
    '# Help of all commands\n\n',
    'What `sheaf --help` and `sheaf COMMAND --help` print. `node scripts/generate-cli-docs.ts` writes this page.\n\n',
    block(overview(PLAIN)),
    ...commands.flatMap((command) => [command, ...Object.values(command.verbs ?? {})]).map(section),
  ]
    .join('')
    .trimEnd()
    .concat('\n');
}

function section(command: Command): string {
  return `## sheaf ${command.name}\n\n${block(commandHelp(command, undefined, PLAIN))}`;
}

function block(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n\n`;
}
