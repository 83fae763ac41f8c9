import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliPage } from '../../scripts/cli-page.ts';
import { jsonPage } from '../../scripts/json-page.ts';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

test('docs/cli-help.md is what the commands print', async () => {
  expect(page('cli-help.md'), 'run: node scripts/generate-cli-docs.ts').toBe(await cliPage());
});

test('docs/json.md lists every document of --json', () => {
  expect(page('json.md'), 'run: node scripts/generate-cli-docs.ts').toBe(jsonPage());
});
