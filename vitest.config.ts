import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/soak/**'],
    globalSetup: ['test/support/slurm-setup.ts', 'test/support/interop-setup.ts'],
    // The tests start real programs: a process of their own for each file, and no more of them than a laptop has cores.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default config;
