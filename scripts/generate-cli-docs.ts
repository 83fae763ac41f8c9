/**
 * Writes the generated pages of `docs/reference`: `cli-help.md`, the help of all commands, `json.md`, the documents of `--json`,
 * and in `cli.md` the table of what runs something again. A test checks that all are up to date.
 *
 *     node scripts/generate-cli-docs.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliPage, withAgainTable } from './cli-page.ts';
import { jsonPage } from './json-page.ts';

const docs: string = join(import.meta.dirname, '../docs/reference');
writeFileSync(join(docs, 'cli-help.md'), await cliPage());
writeFileSync(join(docs, 'json.md'), jsonPage());
writeFileSync(join(docs, 'cli.md'), withAgainTable(readFileSync(join(docs, 'cli.md'), 'utf8')));
