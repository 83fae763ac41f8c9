import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliPage } from '../../scripts/cli-page.ts';

test('docs/cli-help.md is what the commands print', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cli-help.md'), 'utf8');
  expect(page, 'run: node scripts/generate-cli-docs.ts').toBe(await cliPage());
});
