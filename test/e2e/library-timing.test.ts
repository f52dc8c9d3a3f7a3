// The timers of streams against the clock of who reads them: time to first token and time per output token, of the Express
// example over loopback. What the reader sees begins before and ends after what the server times, so turns of the two
// processes only ever add to it: never may the server's time be the longer one, and the least disturbed of many streams
// tell how far the timers themselves are off. A timer that is off by more is so in each of them.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChatExample, type ChatExample } from '../support/chat-example.js';
import { readPage } from '../support/e2e/exposition-reader.js';
import { TEXT_ACCEPT } from '../support/e2e/http-get.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const WARM_UPS = 5;
const LEAST_STREAMS = 15;
/** On a machine that does much else, most streams are disturbed. */
const MOST_STREAMS = 120;
const UNDISTURBED = 5;
const MAX_DIFFERENCE_MS = 5;
/** The clocks of two processes, and what is lost in adding up seconds. */
const CLOCKS_MS = 0.5;
/** The pace of the made-up model, less what a timer may be early. */
const LEAST_FIRST_TOKEN_MS = 78;
const LEAST_TOKEN_MS = 18;
const QUESTION = { prompt: 'one two three', user: 'reader@acme.example' };
const TOKENS = 5;

interface Timed {
  readonly firstTokenMs: number;
  readonly perTokenMs: number;
}

let example: ChatExample;

beforeAll(async () => {
  example = await startChatExample('express-chat', REPOSITORY);
});

afterAll(async () => {
  await example?.stop();
});

/** What the histograms have added up so far: after each stream, they have grown by that stream. */
async function recorded(): Promise<Timed & { readonly streams: number }> {
  const { samples } = readPage((await example.get('/metrics', { accept: TEXT_ACCEPT })).text);
  const totalOf = (name: string): number =>
    samples.filter((sample) => sample.name === name).reduce((sum, { value }) => sum + value, 0);
  return {
    streams: totalOf('gen_ai_server_time_to_first_token_seconds_count'),
    firstTokenMs: totalOf('gen_ai_server_time_to_first_token_seconds_sum') * 1000,
    perTokenMs: totalOf('gen_ai_server_time_per_output_token_seconds_sum') * 1000,
  };
}

function agreeing(differences: readonly number[]): number {
  return differences.filter((difference) => difference < MAX_DIFFERENCE_MS).length;
}

test('agree within 5 ms', async () => {
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await example.stream(QUESTION);
  const firstToken: number[] = [];
  const perToken: number[] = [];
  let before = await recorded();
  for (let at = 0; at < MOST_STREAMS; at += 1) {
    if (at >= LEAST_STREAMS && [firstToken, perToken].every((all) => agreeing(all) >= UNDISTURBED)) break;
    const seen = await example.stream(QUESTION);
    const after = await recorded();
    expect([after.streams - before.streams, seen.tokens]).toEqual([1, TOKENS]);
    const firstTokenMs = after.firstTokenMs - before.firstTokenMs;
    const perTokenMs = after.perTokenMs - before.perTokenMs;
    expect(firstTokenMs).toBeGreaterThan(LEAST_FIRST_TOKEN_MS);
    expect(perTokenMs).toBeGreaterThan(LEAST_TOKEN_MS);
    expect(firstTokenMs).toBeLessThan(seen.firstTokenMs + CLOCKS_MS);
    expect(firstTokenMs + perTokenMs * (TOKENS - 1)).toBeLessThan(seen.endMs + CLOCKS_MS);
    firstToken.push(seen.firstTokenMs - firstTokenMs);
    perToken.push(Math.abs((seen.endMs - seen.firstTokenMs) / (TOKENS - 1) - perTokenMs));
    before = after;
  }
  for (const differences of [firstToken, perToken]) {
    expect(agreeing(differences), differences.join(', ')).toBeGreaterThanOrEqual(UNDISTURBED);
  }
});
