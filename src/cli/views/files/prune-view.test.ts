import { expect, test } from 'vitest';
import type { PrunePlan } from '../../../app/index.ts';
import { asKey, parseExpId } from '../../../core/ids.ts';
import { pruneAnswer, pruneText } from './prune-view.ts';

const file = (path: string): PrunePlan['planned'][number]['removed'][number] => ({
  stage: 'train',
  path,
  file: `/p/${path}`,
  kind: 'file',
  outside: false,
  bytes: 1,
  changedMs: 0,
});
const expId = parseExpId('a');
const plan: PrunePlan = {
  asked: {},
  finished: [],
  planned: [{ expId, key: asKey('key-a'), removed: [file('ck_\n5.pt'), file('ck_6.pt')], kept: [], freed: 2 }],
  unchanged: [],
  withoutPolicy: 0,
  skipped: [],
  failed: [],
  problems: [],
  warnings: [],
};

test('a name that would break a line is quoted', () => {
  expect(pruneText(plan, true)).toContain('deletes  "ck_\\n5.pt"  1 byte');
});

test('says how many of the announced checkpoints were not deleted', () => {
  const pruning = { done: [{ expId, files: [file('ck_6.pt')], freed: 1 }], skipped: [], failed: [] };
  const { text } = pruneAnswer(plan, pruning, false, false);
  expect(text?.({} as never)).toBe(
    'Deleted 1 checkpoint of 1 experiment, 1 byte\nLeft out 1 checkpoint of the list above: needed by now, or already gone\n',
  );
});
