import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MEASURED_ERROR } from './measured-error.ts';

test('the page says the same error of memory estimates as the table of the documentation', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/explanation/memory.md'), 'utf8');
  const { trainings, median, nineOfTen, lowest, highest } = MEASURED_ERROR;
  const row = page.split('\n').find((line) => line.startsWith('| all |'));
  expect(row).toBe(`| all | ${trainings} | ${median} % | ${nineOfTen} % | ${lowest} % | ${highest} % | |`);
});
