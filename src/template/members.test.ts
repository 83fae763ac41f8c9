import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asKey, type ExpId } from '../core/ids.ts';
import { membersFile, printfEscaped, type Member } from './members.ts';

const MEMBER: Member = {
  index: 0,
  expId: 'exp' as ExpId,
  key: asKey('key'),
  stage: 'train',
  n: 1,
  paramsJson: '{"a":"b\\tc"}',
  runSh: 'echo "$1"\n\tprintf \'\\n\'\n',
};

test('a member is one line of eight fields', () => {
  expect(membersFile([MEMBER, { ...MEMBER, index: 3, needs: 'prepare', runSh: 'true\n' }])).toBe(
    '0\texp\tkey\ttrain\t1\t-\t{"a":"b\\tc"}\techo "$1"\\n\\tprintf \'\\\\n\'\\n\n' +
      '3\texp\tkey\ttrain\t1\tprepare\t{"a":"b\\tc"}\ttrue\\n\n',
  );
});

test('the members of a pack must follow each other', () => {
  expect(membersFile([MEMBER, MEMBER, { ...MEMBER, index: 1 }]).match(/^0\t/gm)).toHaveLength(2);
  expect(() => membersFile([MEMBER, { ...MEMBER, index: 1 }, MEMBER])).toThrow('do not follow each other');
});

test('a field that would tear its line is refused', () => {
  expect(() => membersFile([{ ...MEMBER, paramsJson: '{\n}' }])).toThrow('has a tab or line break');
  expect(() => membersFile([{ ...MEMBER, stage: '' }])).toThrow('is empty');
});

test('any script comes out of bash as it went in', () => {
  const hard = fc.constantFrom(
    '\\',
    '\n',
    '\t',
    '\r',
    '\0',
    "'",
    '"',
    '$',
    '`',
    '%',
    '\\c',
    '\\x41',
    '\\0101',
    '\\n',
    'é',
    '日',
    ' ',
  );
  const script = fc
    .array(fc.oneof(hard, fc.string({ unit: 'grapheme' })), { maxLength: 40 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(script, { minLength: 1, maxLength: 20 }), (scripts) => {
      const lines = scripts.map((text) => printfEscaped(text));
      expect(lines.filter((line) => /[\n\t\r\0]/.test(line))).toEqual([]);
      const output = execFileSync(
        'bash',
        ['-c', 'while IFS= read -r line; do printf "%b" "$line"; printf "\\0END\\0"; done'],
        {
          input: `${lines.join('\n')}\n`,
        },
      );
      expect(output.toString()).toBe(scripts.map((text) => `${text}\0END\0`).join(''));
    }),
    { numRuns: 60 },
  );
});
