import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withAgainTable } from '../../scripts/reference/cli-page.ts';
import { listErrorCodes } from '../../scripts/reference/error-codes.ts';
import { referencePages } from '../../scripts/reference/pages.ts';
import { findUnused, findVariables, VARIABLES } from '../../scripts/reference/variables.ts';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/reference', name), 'utf8');

test.each(Object.entries(await referencePages()))('docs/reference/%s is what the code says', (name, text) => {
  expect(page(name), 'run: node scripts/generate-cli-docs.ts').toBe(text);
});

test('docs/reference/cli.md has the table of what runs something again, as the help of these commands has it', () => {
  expect(page('cli.md'), 'run: node scripts/generate-cli-docs.ts').toBe(withAgainTable(page('cli.md')));
  expect(page('cli.md')).toContain('| `sheaf requeue` | same |');
});

test('the codes of errors on the page are those of the code, with what they mean', () => {
  const codes = listErrorCodes();
  expect(codes.length).toBeGreaterThan(300);
  expect(codes).toContainEqual({
    code: 'prune.readonly',
    exitCodes: [1],
    messages: ['you may not delete what is in …'],
  });
  expect(codes.filter(({ messages }) => messages.length === 0)).toEqual([]);
});

test('every variable that the code reads, or sets for a job, is on the page of variables', () => {
  const described = new Set(VARIABLES.flatMap(({ names }) => names));
  expect(findVariables().filter((name) => !described.has(name))).toEqual([]);
  expect(findUnused()).toEqual([]);
});
