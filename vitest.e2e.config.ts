import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What measures time, lets others wait, or builds the program anew: each of these has the machine for itself. */
const ALONE = ['survival', 'timing', 'rates-live', 'shared-limits', 'demo', 'library-timing'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

const patient = { testTimeout: 180_000, hookTimeout: 300_000 };

// Two files at a time: each starts real servers on ports of its own, and mostly waits for them.
const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...patient,
          name: 'together',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...patient,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
