import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asKey, type ExpId } from '../../core/ids.ts';
import { startProgram } from '../../../test/support/processes.ts';
import { submittedProject } from '../../../test/support/project-folder.ts';
import { renderJobScript } from './job-script.ts';
import { formatMembersFile, type JobMember } from './members.ts';
import { findSharedText, removeShared } from './shared-text.ts';

test('what texts share is taken in whole lines, from both ends', () => {
  expect(findSharedText(['a\nb\nx\nz\n', 'a\nb\ny\nz\n'])).toEqual({ head: 'a\nb\n', middle: '', tail: 'z\n' });
  expect(findSharedText(['a1\nz', 'a2\nz'])).toEqual({ head: '', middle: '', tail: 'z' });
  for (const texts of [['x', 'y', 'x'], ['one\n'], []]) {
    expect(findSharedText(texts)).toEqual({ head: '', middle: '', tail: '' });
  }
});

test('and between them the longest block of lines that all have', () => {
  expect(findSharedText(['1\na\nb\n2\nc\n3', '4\na\nb\n5\nc\n6', '7\n8\na\nb\n9'])).toEqual({
    head: '',
    middle: 'a\nb\n',
    tail: '',
  });
  expect(removeShared('7\na\nb\n9', { head: '', middle: 'a\nb\n', tail: '9' })).toEqual(['7\n', '']);
});

test('of any texts, head, rest and tail give the text again', () => {
  const text = fc
    .array(fc.constantFrom('\n', 'a', 'b', 'a\n', '\r', '\\n', '😀', '\ud83d', '\0', '\u0001'), { maxLength: 12 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), text, text, (middles, before, after) => {
      const texts = middles.map((middle) => before + middle + after);
      const shared = findSharedText(texts);
      for (const each of texts) {
        const parts = removeShared(each, shared);
        expect(shared.head + parts.join(shared.middle) + shared.tail).toBe(each);
      }
      expect(shared.head === '' || shared.head.endsWith('\n')).toBe(true);
      if (texts.length > 1) expect(shared.head.length).toBeGreaterThanOrEqual(before.lastIndexOf('\n') + 1);
    }),
  );
});

test('the scripts of an array come out of its job as they went in', async () => {
  const texts = [0, 1, 2].map(
    (i) =>
      `# same $(x) '\\n' \\\\ é\n\techo "it's"\n# ${'é'.repeat(i)}\n# the same & in \u0001 all\n%b\necho ${i}\r\n\0# end %s`,
  );
  const project = submittedProject({ runs: texts });
  for (const i of [0, 1, 2]) {
    const job = startProgram(['bash', `${project.folder}/job.sbatch`], {
      env: { SHEAF_JOB_ID: `7_${i}`, SHEAF_ARRAY_INDEX: String(i) },
    });
    await job.ended;
    expect(project.read('run.sh', 'train-1', `exp${i}`)).toBe(texts[i]);
  }
});

test('10,000 scripts of 6 KB take less than 10 MB, and the script that has their common text less than 4 MiB', () => {
  const [head, tail] = ['# a line of the head\n'.repeat(150), '# a line of the tail\n'.repeat(150)];
  const members = Array.from({ length: 10_000 }, (_, index): JobMember => ({
    index,
    expId: `lr_s${index}` as ExpId,
    key: asKey(`key${index}`),
    stage: 'train',
    n: 1,
    first: 1,
    paramsJson: `{"learning_rate": 1e-${index % 7}, "seed": ${index}}`,
    runSh: `${head}# Experiment lr_s${index}, made by sheaf.\nexport SHEAF_P_seed=${index}\n${tail}`,
  }));
  const shared = findSharedText(members.map(({ runSh }) => runSh));
  expect(Buffer.byteLength(formatMembersFile(members, shared))).toBeLessThan(10_000_000);
  const script = renderJobScript({
    token: 'lr-train-abcdefgh2345' as never,
    resources: {},
    array: true,
    project: '/p',
    experiments: 'experiments',
    about: [],
    shared,
  });
  expect(Buffer.byteLength(script)).toBeLessThan(4 * 2 ** 20);
  expect(script.length).toBeGreaterThan(6000);
});
