import { expect, test } from 'vitest';
import { formatProblems } from './problem-text.ts';

test('an error on a narrow terminal is folded, but not the lines that replace those of a file', () => {
  const line = "  acc: { log: 'validation accuracy after training (\\S+)', pick: max }";
  const problem = {
    code: 'yaml.syntax',
    message: 'Invalid YAML in a line that is long',
    fix: 'replace line 2 with',
    replacement: { from: 2, to: 2, lines: [line] },
  };
  const screen = { tty: true, canRedraw: true, width: 30, height: 24, color: false, unicode: true };
  expect(formatProblems([problem], screen)).toBe(
    `error: Invalid YAML in a line\n  that is long\n  fix  replace line 2 with\n\n${line}\n\n`,
  );
});
