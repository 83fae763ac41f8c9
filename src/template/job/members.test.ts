import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asKey, type ExpId } from '../../core/ids.ts';
import { formatMembersFile, escapePrintf, type JobMember } from './members.ts';

const MEMBER: JobMember = {
  index: 0,
  expId: 'exp' as ExpId,
  key: asKey('key'),
  stage: 'train',
  n: 1,
  first: 1,
  paramsJson: '{"a":"b\\tc"}',
  runSh: 'echo "$1"\n\tprintf \'\\n\'\n',
};

test('a member is one line of twelve fields, after a table of where they are', () => {
  const first = '0\texp\tkey\ttrain\t1\t-\t{"a":"b\\tc"}\t-\t-\t-\t1\techo "$1"\\n\\tprintf \'\\\\n\'\\n\n';
  const second = '3\texp\tkey\ttrain\t5\tprepare\t{"a":"b\\tc"}\t=ckpt/\\n*.pt\tepoch\t=test -s "$1"\t4\ttrue\\n\n';
  const checkpoint = { path: 'ckpt/\n*.pt', pick: 'epoch', verify: 'test -s "$1"' } as const;
  expect(
    formatMembersFile([MEMBER, { ...MEMBER, index: 3, n: 5, first: 4, needs: 'prepare', checkpoint, runSh: 'true\n' }]),
  ).toBe(
    `members-003 00000000004
00000000120 000000000${first.length}
00000000000 00000000000
00000000000 00000000000
00000000${120 + first.length} 000000000${second.length}
${first}${second}`,
  );
  expect(formatMembersFile([])).toBe('members-003 00000000000\n');
});

test('the table counts bytes, and the lines of a pack as one stretch', () => {
  const members = [7, 2, 2, 2, 4].map((index, i) => ({ ...MEMBER, index, runSh: `echo ${'é日😀'.repeat(i)}\n` }));
  const file = Buffer.from(formatMembersFile(members));
  const stretches = Array.from({ length: 8 }, (_, index) => {
    const at = 24 * (index + 1);
    const [start = 0, length = 0] = file
      .subarray(at, at + 24)
      .toString()
      .split(' ')
      .map(Number);
    return file.subarray(start, start + length).toString();
  });
  expect(stretches.map((text) => text.split('\n').length - 1)).toEqual([0, 0, 3, 0, 1, 0, 0, 1]);
  expect(stretches[2]).toMatch(/^2\t.*echo é日😀\\n\n2\t.*\n2\t.*(é日😀){3}\\n\n$/);
  expect(stretches[7]).toMatch(/^7\t.*echo \\n\n$/);
  expect(file.toString().endsWith(stretches[4] ?? '')).toBe(true);
});

test('the members of a pack must follow each other', () => {
  expect(formatMembersFile([MEMBER, MEMBER, { ...MEMBER, index: 1 }]).match(/^0\t/gm)).toHaveLength(2);
  expect(() => formatMembersFile([MEMBER, { ...MEMBER, index: 1 }, MEMBER])).toThrow('do not follow each other');
});

test('a field that would tear its line is refused', () => {
  expect(() => formatMembersFile([{ ...MEMBER, paramsJson: '{\n}' }])).toThrow('has a tab or line break');
  expect(() => formatMembersFile([{ ...MEMBER, stage: '' }])).toThrow('is empty');
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
      const lines = scripts.map((text) => escapePrintf(text));
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
