// A chat server on Fastify that streams tokens, measures its requests, and shows the metrics to who has the key.
// From a clone of Scrapegate: npm ci && npm run build && node examples/fastify-chat/server.mjs
// In a project of your own: npm install fastify ./scrapegate-<version>.tgz, which docs/library.md says how to make

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fastify } from 'fastify';
import { metricsPlugin } from 'scrapegate/fastify';
import { createLlmMetrics } from 'scrapegate/llm';
import { answer, MODEL, streamAnswer } from '../made-up-model.mjs';

const { METRICS_API_KEY, PSEUDONYM_KEY_FILE, PORT = '3000' } = process.env;
const apiKey = METRICS_API_KEY ?? randomBytes(32).toString('base64url');
// At least 32 bytes. With the same key, pseudonyms stay the same over restarts and on every replica.
const pseudonymKey = PSEUDONYM_KEY_FILE === undefined ? randomBytes(32) : readFileSync(PSEUDONYM_KEY_FILE);

// Models that you serve keep their names, however many others clients ask for.
const llm = createLlmMetrics({ pseudonymKey, knownValues: { requestModel: [MODEL] } });

// Who asked has a pseudonym already, so that the view may show it.
const views = [{ name: 'default', reveal: ['user'] }];

const app = fastify();
// /metrics for Prometheus, /v1/metrics for scripts.
await app.register(metricsPlugin, { llm, apiKey, pseudonymKey, views });

const body = {
  type: 'object',
  required: ['prompt'],
  properties: { prompt: { type: 'string' }, user: { type: 'string' }, stream: { type: 'boolean' } },
};

app.post('/chat', { schema: { body } }, async (request, reply) => {
  // Who asks comes from your login. Metrics have a pseudonym of it.
  const { prompt, user, stream = false } = request.body;
  const asked = { operation: 'chat', provider: 'made_up', requestModel: MODEL, user };

  if (!stream) {
    return llm.measure(
      asked,
      () => answer(prompt),
      ({ usage }) => usage,
    );
  }

  const pieces = llm.measureStream(asked, () => streamAnswer(prompt), {
    isToken: ({ text }) => text !== undefined,
    outcomeOf: ({ usage }) => usage,
  });
  // Fastify stops the stream when the client leaves.
  return reply.type('text/event-stream').send(Readable.from(eventsOf(pieces)));
});

async function* eventsOf(pieces) {
  for await (const piece of pieces) yield `data: ${JSON.stringify(piece)}\n\n`;
}

const url = await app.listen({ host: '127.0.0.1', port: Number(PORT) });
const key = METRICS_API_KEY === undefined ? apiKey : '$METRICS_API_KEY';
console.log(`Chat on ${url}/chat

Ask something, as a stream:
  curl -N ${url}/chat -H 'Content-Type: application/json' -d '{"prompt":"Hello","user":"anna@acme.example","stream":true}'

Metrics for Prometheus:
  curl -H "Authorization: Bearer ${key}" ${url}/metrics

The summary, as JSON:
  curl -H "Authorization: Bearer ${key}" ${url}/v1/metrics
`);
