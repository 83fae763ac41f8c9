import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliPage, withAgainTable } from '../../scripts/cli-page.ts';
import { jsonPage } from '../../scripts/json-page.ts';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/reference', name), 'utf8');

test('docs/reference/cli-help.md is what the commands print', async () => {
  expect(page('cli-help.md'), 'run: node scripts/generate-cli-docs.ts').toBe(await cliPage());
});

test('docs/reference/cli.md has the table of what runs something again, as the help of these commands has it', () => {
  expect(page('cli.md'), 'run: node scripts/generate-cli-docs.ts').toBe(withAgainTable(page('cli.md')));
  expect(page('cli.md')).toContain('| `sheaf requeue` | same |');
});

test('docs/reference/json.md lists every document of --json', () => {
  expect(page('json.md'), 'run: node scripts/generate-cli-docs.ts').toBe(jsonPage());
});
