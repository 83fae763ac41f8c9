/**
 * Writes the generated pages of `docs/reference`, and the generated table in `cli.md`. A test checks that all are up to date.
 *
 *     node scripts/generate-cli-docs.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withAgainTable } from './reference/cli-page.ts';
import { referencePages } from './reference/pages.ts';

const docs: string = join(import.meta.dirname, '../docs/reference');
for (const [name, text] of Object.entries(await referencePages())) writeFileSync(join(docs, name), text);
writeFileSync(join(docs, 'cli.md'), withAgainTable(readFileSync(join(docs, 'cli.md'), 'utf8')));
