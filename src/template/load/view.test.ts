import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SavedView } from '../../core/validation/view-settings.ts';
import { formatView, parseView } from './view.ts';

const line = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter((text) => text.trim() !== '' && !/\p{Cc}/u.test(text));

const view: fc.Arbitrary<SavedView> = fc.record(
  {
    description: line,
    where: fc.oneof(
      fc.constant('a = "\n#x: y"'),
      line.map((text) => `a = "${text.replaceAll('"', '')}"`),
    ),
    columns: fc.array(line, { minLength: 1, maxLength: 3 }),
    sort: fc.record({ field: line, descending: fc.boolean() }, { noNullPrototype: true }),
    groupBy: fc.array(line, { minLength: 1, maxLength: 2 }),
    archived: fc.constant(true),
  },
  { requiredKeys: [], noNullPrototype: true },
);

test('any view is read as it was written, also over the text of another view', () => {
  fc.assert(
    fc.property(view, view, (first, second) => {
      const text = formatView(first, '# a comment\n');
      expect(parseView(text, 'views/v.yaml')).toEqual(first);
      expect(parseView(formatView(second, '', text), 'views/v.yaml')).toEqual(second);
    }),
  );
});
