/**
 * Writes `docs/cli-help.md`, the help of all commands on one page, `docs/json.md`, the documents of `--json`, and the table
 * of what runs something again in `docs/cli.md`. A test checks that all are up to date.
 *
 *     node scripts/generate-cli-docs.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliPage, withAgainTable } from './cli-page.ts';
import { jsonPage } from './json-page.ts';

const docs: string = join(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'cli-help.md'), await cliPage());
writeFileSync(join(docs, 'json.md'), jsonPage());
writeFileSync(join(docs, 'cli.md'), withAgainTable(readFileSync(join(docs, 'cli.md'), 'utf8')));
