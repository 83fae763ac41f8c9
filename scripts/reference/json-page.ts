import { DOCUMENTS } from '../../src/json/index.ts';

const HEAD = `# JSON documents

Every command takes \`--json\` and prints one document to standard output, without anything else:

\`\`\`json
{"schema": "sheaf.list/1", "data": [{"exp_id": "resnet50_s1", "status": "completed"}], "warnings": []}
\`\`\`

- \`schema\` is the name of the document and its version. New keys can appear in any release. A change that could break a
  program that reads the document makes a new version.
- \`warnings\` are what you should know to read the data correctly.
- Keys are in snake case. Below \`params\`, \`results\` and the like they are the names that you chose.
- \`null\` means not known, not given or without meaning; a key is absent only if a flag decides whether it is there.
- Times are ISO 8601 in UTC. Durations are seconds, and their keys end in \`_seconds\`. Sizes say their unit: \`_gib\`, \`_mib\`.
- \`rounds\` of \`submit\`, \`status\` and others are what sweeps did by themselves: the \`sweep\`, the \`exp_ids\`, and in \`did\` whether these were \`stopped\`,
  \`proposed\`, or \`repeated\` with further seeds. \`wait\` prints a document for each (\`event: round\`).
- \`wait\`, \`submit --wait\`, \`logs -f\`, \`status --watch\` and \`tensorboard\` print documents while they run, one per line.
- A command that fails prints \`{"error": {"code": …, "message": …, "why": …, "fix": …}, "others": […]}\` to standard error.
  \`code\` is permanent. The codes are in [Error codes](errors.md), exit codes in [Exit codes](exit-codes.md).

| command | schema | data |
|---|---|---|
`;

/** The text of `docs/reference/json.md`. */
export function jsonPage(): string {
  const rows = Object.entries(DOCUMENTS).map(
    ([command, { schema, holds }]) => `| \`sheaf ${command}\` | \`${schema}\` | ${holds} |\n`,
  );
  return `${HEAD}${rows.join('')}\n\`node scripts/generate-cli-docs.ts\` writes this page from \`src/json/documents.ts\`.\n`;
}
