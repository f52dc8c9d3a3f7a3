// A chat server on Express that streams tokens, measures its requests, and shows the metrics to who has the key.
// From a clone of Scrapegate: npm ci && npm run build && node examples/express-chat/server.mjs
// In a project of your own: npm install express ./scrapegate-<version>.tgz, which docs/library.md says how to make

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express from 'express';
import { mountMetrics } from 'scrapegate/express';
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

const app = express();
// First, so that nothing else can answer these paths: /metrics for Prometheus, /v1/metrics for scripts.
mountMetrics(app, { llm, apiKey, pseudonymKey, views });
app.use(express.json());

app.post('/chat', async (request, response) => {
  // Who asks comes from your login. Metrics have a pseudonym of it.
  const { prompt, user, stream } = request.body ?? {};
  if (typeof prompt !== 'string') return response.status(400).json({ error: 'prompt has to be a text' });
  const asked = { operation: 'chat', provider: 'made_up', requestModel: MODEL, user };

  if (stream !== true) {
    const given = await llm.measure(
      asked,
      () => answer(prompt),
      ({ usage }) => usage,
    );
    return response.json(given);
  }

  const pieces = llm.measureStream(asked, () => streamAnswer(prompt), {
    isToken: ({ text }) => text !== undefined,
    outcomeOf: ({ usage }) => usage,
  });
  response.type('text/event-stream');
  for await (const piece of pieces) {
    if (response.destroyed) break;
    response.write(`data: ${JSON.stringify(piece)}\n\n`);
  }
  return response.end();
});

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  const url = `http://127.0.0.1:${server.address().port}`;
  const key = METRICS_API_KEY === undefined ? apiKey : '$METRICS_API_KEY';
  console.log(`Chat on ${url}/chat

Ask something, as a stream:
  curl -N ${url}/chat -H 'Content-Type: application/json' -d '{"prompt":"Hello","user":"anna@acme.example","stream":true}'

Metrics for Prometheus:
  curl -H "Authorization: Bearer ${key}" ${url}/metrics

The summary, as JSON:
  curl -H "Authorization: Bearer ${key}" ${url}/v1/metrics
`);
});
