import { defineConfig, type ViteUserConfig } from 'vitest/config';

// One file after the other: each starts real servers on ports of its own, on few cores.
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});

export default config;
