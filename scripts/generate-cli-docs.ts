/**
 * Writes `docs/cli-help.md`: the help of all commands on one page. A test checks that it is up to date.
 *
 *     node scripts/generate-cli-docs.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliPage } from './cli-page.ts';

writeFileSync(join(import.meta.dirname, '../docs/cli-help.md'), await cliPage());
