import type { Command } from '../../src/cli/shell/command.ts';
import { commandHelp, overview } from '../../src/cli/help.ts';
import { COMMANDS } from '../../src/cli/registry.ts';
import { againMarkdown } from '../../src/cli/views/again.ts';
import { screenOf } from '../../src/cli/shell/terminal.ts';

const PLAIN = screenOf({}, {}, 'never');

/** The text of `docs/reference/cli-help.md`. */
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

/** The text of `docs/reference/cli.md` with the current table of what runs something again. */
export function withAgainTable(page: string): string {
  return page.replace(/(<!-- again -->\n)[^]*(<!-- \/again -->)/, (_, begin: string, end: string) => {
    return `${begin}\n${againMarkdown()}\n${end}`;
  });
}

function section(command: Command): string {
  return `## sheaf ${command.name}\n\n${block(commandHelp(command, undefined, PLAIN))}`;
}

function block(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n\n`;
}
