import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { LONG, LONGEST, OF_CLONE } from './scripts/test-files.ts';

/** Files that wait begin first, each beside one that computes: a core is seldom idle, and no long file is left for last. */
class WaitingBesideComputing extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    const computing = sorted.filter((file) => !waits(file));
    const isLongest = ({ moduleId }: TestSpecification): boolean => LONGEST.test(moduleId);
    const waiting = sorted.filter(waits).toSorted((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
    const pairs = waiting.flatMap((file, i) => [file, ...computing.slice(i, i + 1)]);
    return [...pairs, ...computing.slice(waiting.length)];
  }
}

/** Files that do not run: with an installed sheaf under test, those that only say something about the clone. */
const excluded = ['test/soak/**', ...(process.env['SHEAF_UNDER_TEST'] ? OF_CLONE : [])];

const config: ViteUserConfig = defineConfig({
  test: {
    // The tests start real programs, and wait for them most of the time.
    pool: 'forks',
    maxWorkers: 5,
    sequence: { sequencer: WaitingBesideComputing },
    // Only a hang takes that long: no limit is an assertion, and a busy machine is several times slower.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: ['test/support/property-seed.ts'],
    // Programs of the tests that run from their sources are parsed once, not at each start.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/test-programs') },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: excluded,
          // A process of its own for each file would cost more than the tests themselves.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'programs',
          include: ['test/**/*.test.ts'],
          exclude: excluded,
          globalSetup: [
            'test/support/under-test-setup.ts',
            'test/support/slurm-setup.ts',
            'test/support/interop-setup.ts',
            'test/support/nodes-setup.ts',
          ],
        },
      },
    ],
  },
});

export default config;
