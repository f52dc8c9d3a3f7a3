import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Sequences of scrapes of the long run, all processes together. */
const SEQUENCES = process.env['SCRAPEGATE_FUZZ_SEQUENCES'] ?? '25000';

/** As many processes as there are cores, within reason; each plays its share. */
const SHARDS = Math.min(availableParallelism(), 8);

const config: ViteUserConfig = defineConfig({
  test: {
    // The default leaves a core free, which nobody needs here.
    maxWorkers: SHARDS,
    projects: Array.from({ length: SHARDS }, (_, index) => ({
      test: {
        name: `shard ${index + 1}`,
        include: ['test/property/engine.differential.property.test.ts'],
        env: {
          SCRAPEGATE_FUZZ_SEQUENCES: SEQUENCES,
          SCRAPEGATE_FUZZ_SHARD: `${index + 1}/${SHARDS}`,
        },
      },
    })),
  },
});

export default config;
