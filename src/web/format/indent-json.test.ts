import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indentJson } from './indent-json.ts';

test('JSON of one line is indented as JSON.stringify does it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('JSON keeps its numbers as they are written, and may end anywhere', () => {
  expect(indentJson('{"lr":1e-4,"id":12345678901234567890}')).toBe('{\n  "lr": 1e-4,\n  "id": 12345678901234567890\n}');
  expect(indentJson('[{"a":"x\\"[')).toBe('[\n  {\n    "a": "x\\"[');
  expect(indentJson(']]}1')).toBe('\n]\n]\n}1');
  expect(indentJson('['.repeat(60_000)).length).toBeLessThan(6_000_000);
});
