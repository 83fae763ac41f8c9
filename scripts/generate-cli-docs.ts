/**
 * Writes `docs/cli-help.md`, the help of all commands on one page, and `docs/json.md`, the documents of `--json`. A test
 * checks that both are up to date.
 *
 *     node scripts/generate-cli-docs.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliPage } from './cli-page.ts';
import { jsonPage } from './json-page.ts';

const docs: string = join(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'cli-help.md'), await cliPage());
writeFileSync(join(docs, 'json.md'), jsonPage());
