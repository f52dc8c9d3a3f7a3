// The same bytes from the built program, for what real software prints: over two scrapes, over a restart with its
// state file, and from two processes under one key, the second with the manners of another country.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROMETHEUS_ACCEPT, TEXT_ACCEPT } from '../support/e2e/http-get.js';
import {
  bearer,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
  type TestToken,
} from '../support/e2e/start-gate.js';
import {
  OPENMETRICS_TYPE,
  startUpstream,
  TEXT_TYPE,
  wantsOpenMetrics,
  type Upstream,
} from '../support/e2e/start-upstream.js';

const SOURCES = [
  'litellm-real-single',
  'litellm-real-multiproc',
  'python-client-single',
  'python-client-utf8',
];
const VIEWS: Readonly<Record<string, object>> = {
  default: {},
  litellm: { preset: 'litellm' },
  aggregated: {
    preset: 'litellm',
    labels: ['pid', 'user*', 'model*', 'a'].map((label) => ({ label, action: 'drop' })),
  },
  tenant: { preset: 'litellm', only: { team: ['2f6a1c00-0000-4000-8000-000000000001'] }, share: ['*'] },
};
const QUOTED_TEXT_TYPE = 'text/plain; version=1.0.0; escaping=allow-utf-8';
const ELSEWHERE = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' };

const corpus = (name: string): string =>
  readFileSync(new URL(`../corpus/exposition/${name}`, import.meta.url), 'utf8');

interface Question {
  readonly source: string;
  readonly view: string;
  readonly token: TestToken;
}

const questions: readonly Question[] = SOURCES.flatMap((source) =>
  Object.keys(VIEWS).map((view) => ({ source, view, token: makeToken() })),
);

function config(upstreamUrl: string): Record<string, unknown> {
  const named = questions.map(({ source, view, token }) => ({
    name: `${source}-${view}`,
    source,
    view,
    token,
  }));
  return {
    pseudonym_key_file: 'pseudonym.key',
    state_file: 'state.json',
    targets: Object.fromEntries(SOURCES.map((source) => [source, { url: `${upstreamUrl}/${source}` }])),
    views: Object.fromEntries(
      named.map(({ name, source, view }) => [name, { target: source, ...VIEWS[view] }]),
    ),
    credentials: Object.fromEntries(
      named.map(({ name, token }) => [name, { bearer_token_digest: token.digest, view: name }]),
    ),
  };
}

describe.each([
  ['openmetrics', PROMETHEUS_ACCEPT],
  ['text', TEXT_ACCEPT],
])('P24: in %s', (_, accept) => {
  let folders: readonly string[];
  let upstream: Upstream;
  let first: Gate;
  let second: Gate;

  const files = { 'pseudonym.key': makePseudonymKey() };

  async function startAt(index: 0 | 1): Promise<Gate> {
    const folder = folders[index] ?? '';
    return startGate({
      config: config(upstream.url),
      files,
      folder,
      ...(index === 0 ? {} : { env: ELSEWHERE }),
    });
  }

  async function scrape(gate: Gate, { source, token }: Question): Promise<string> {
    const answer = await gate.get(`/metrics/${source}`, { headers: { ...bearer(token.token), accept } });
    if (answer.status !== 200) throw new Error(`${source}: ${answer.head}`);
    return answer.text;
  }

  beforeAll(async () => {
    folders = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'scrapegate-e2e-bytes-'))));
    upstream = await startUpstream((path, headers) =>
      wantsOpenMetrics(headers)
        ? { type: OPENMETRICS_TYPE, body: corpus(`${path.slice(1)}.openmetrics`) }
        : {
            type: path.endsWith('utf8') ? QUOTED_TEXT_TYPE : TEXT_TYPE,
            body: corpus(`${path.slice(1)}.prom`),
          },
    );
    [first, second] = [await startAt(0), await startAt(1)];
  });

  afterAll(async () => {
    await first?.stop();
    await second?.stop();
    await upstream?.stop();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  const seen = new Map<Question, string>();

  test.each(questions)('$source, $view: two scrapes, two processes', async (question) => {
    const page = await scrape(first, question);
    expect(page.split('\n').length).toBeGreaterThan(10);
    expect(await scrape(first, question)).toBe(page);
    expect(await scrape(second, question)).toBe(page);
    seen.set(question, page);
  });

  test('and after a restart of one of them', async () => {
    await first.stop();
    first = await startAt(0);
    expect(seen.size).toBe(questions.length);
    for (const question of questions) expect(await scrape(first, question)).toBe(seen.get(question));
  });
});
