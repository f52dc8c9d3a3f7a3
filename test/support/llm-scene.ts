// Metrics of LLM requests on a registry and a clock of their own, read back through the strict parser.

import { Registry } from 'prom-client';
import { parseExposition } from '../../src/exposition/parse.js';
import type { ExpositionFormat, Sample } from '../../src/exposition/model.js';
import { createLlmMetrics, type LlmMetrics } from '../../src/llm/llm-metrics.js';
import type { LlmMetricsOptions } from '../../src/llm/options.js';
import type { LlmRecord, LlmRequest } from '../../src/llm/records.js';
import { ManualClock } from './manual-clock.js';

/** A request that says no more than it has to. */
export const REQUEST: LlmRequest = { operation: 'chat', provider: 'openai', requestModel: 'gpt-4o' };
/** The same, recorded. */
export const RECORD: LlmRecord = { ...REQUEST, durationMs: 100 };

/** Metrics, and what a scraper reads of them. */
export interface LlmScene {
  readonly metrics: LlmMetrics;
  readonly register: Registry;
  readonly clock: ManualClock;
  /** Every sample. @throws {Error} where the exposition is not valid */
  samples(): Promise<readonly Sample[]>;
  /** Every sample but those of counters that are shown at zero from the start. */
  recorded(): Promise<readonly Sample[]>;
  /** Samples of one name as `label=value,…` (sorted, without `le`) → number. */
  values(name: string): Promise<Readonly<Record<string, number>>>;
}

/** Creates metrics. */
export function llmScene(options: Omit<LlmMetricsOptions, 'register' | 'clock'> = {}): LlmScene {
  const register = new Registry();
  const clock = new ManualClock();
  const metrics = createLlmMetrics({ ...options, register, clock });
  const samples = async (): Promise<readonly Sample[]> => samplesOf(await register.metrics());
  return {
    metrics,
    register,
    clock,
    samples,
    recorded: async () => (await samples()).filter(isRecorded),
    async values(name) {
      const found = (await samples()).filter((sample) => sample.name === name && isRecorded(sample));
      return Object.fromEntries(found.map((sample) => [labelText(sample), Number(sample.value)]));
    },
  };
}

/** The samples of a text. @throws {Error} where it is not a whole, valid exposition */
export function samplesOf(text: string, format: ExpositionFormat = 'text'): readonly Sample[] {
  const parsed = parseExposition(new TextEncoder().encode(text), format);
  if (!parsed.ok) throw new Error(`line ${String(parsed.error.line)}: ${parsed.error.reason}`);
  return parsed.value.families.flatMap((family) => family.samples);
}

function isRecorded({ name, value }: Sample): boolean {
  return value !== '0' || !/^llm_(?:overflowed|refused|recording)/.test(name);
}

function labelText({ labels }: Sample): string {
  return labels
    .map(({ name, value }) => `${name}=${value}`)
    .toSorted()
    .join(',');
}
