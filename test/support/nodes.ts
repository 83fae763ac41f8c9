/** Tests that start sheaf with the Nodes that it promises to run on, beside the one of the package. */
import { describe, expect, inject, test } from 'vitest';
import type { NodeName } from './nodes-setup.ts';

/** Tests for each Node, with its program; a Node that is not installed is a skipped test that says so. */
export function describeNodes(name: string, tests: (node: string) => void): void {
  const nodes = inject('nodes');
  for (const which of ['lowest', 'newest'] satisfies NodeName[]) {
    const node = nodes[which];
    describe(`under the ${which} Node, ${name}`, () => {
      if (node !== undefined) return tests(node);
      test('not run: it is not installed', (context) => {
        context.skip('it is not installed');
        expect.unreachable();
      });
    });
  }
}
