import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Such files take minutes, and wait for schedulers and other programs most of that time. */
const WAITING = /\/test\/(crash|scheduler|survive|interop)\//;

/** Files that wait begin first, each beside one that computes: a core is seldom idle, and no long file is left for last. */
class WaitingBesideComputing extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification): boolean => WAITING.test(moduleId);
    const computing = sorted.filter((file) => !waits(file));
    const waiting = sorted.filter(waits);
    const pairs = waiting.flatMap((file, i) => [file, ...computing.slice(i, i + 1)]);
    return [...pairs, ...computing.slice(waiting.length)];
  }
}

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/soak/**'],
    globalSetup: ['test/support/slurm-setup.ts', 'test/support/interop-setup.ts', 'test/support/nodes-setup.ts'],
    // The tests start real programs: a process of their own for each file. A third of the time two of them would wait.
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: WaitingBesideComputing },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default config;
