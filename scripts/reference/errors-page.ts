import { areaOf, listErrorCodes } from './error-codes.ts';
import { cell, table } from './markdown.ts';

const HEAD = `# Error codes

Every error has a code, which never changes. With \`--json\` it is \`error.code\` ([JSON documents](json.md)), so that scripts do not depend on the text
of messages. The error itself says more: where, why, and what to do.

- \`…\` in a message stands for names and values. A code may have several messages.
- The column *exit* is the [exit code](exit-codes.md) of a command that fails with this error. It is empty if other things decide it: several errors
  are reported together, or one of several experiments is concerned.
- Errors of the system have the code \`file.\` and its name in lower case: \`file.enoent\`, \`file.eacces\`, \`file.enospc\`. An error inside sheaf has the
  code \`bug\`.
- Codes that begin with \`request\`, \`session\`, \`live\`, \`page\` and \`action\` are answers of \`sheaf serve\` to a browser.

\`node scripts/generate-cli-docs.ts\` writes this page from the source code.
`;

/** The text of `docs/reference/errors.md`. */
export function errorsPage(): string {
  const areas = Map.groupBy(listErrorCodes(), ({ code }) => areaOf(code));
  const sections = [...areas].map(([area, codes]) => {
    const rows = codes.map(({ code, exitCodes, messages }) => [
      `\`${code}\``,
      exitCodes.join(', '),
      cell(messages.join(' · ')),
    ]);
    return `\n## ${area}\n\n${table(['code', 'exit', 'message'], rows)}`;
  });
  return HEAD + sections.join('');
}
