import { describe, expect, it } from 'vitest';
import { createAnswer } from '../../../src/http/answer.js';
import { answerExposition, wantedEscaping, wantedFormat } from '../../../src/http/exposition-answer.js';
import { joinChunks } from '../../../src/internal/byte-chunks.js';
import { parseRequest, type CanonicalRequest } from '../../../src/http/request.js';

function requestAccepting(...lines: readonly string[]): CanonicalRequest {
  const parsed = parseRequest({
    method: 'GET',
    target: '/metrics',
    rawHeaders: lines.flatMap((line) => ['Accept', line]),
    peerAddress: undefined,
  });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('createAnswer', () => {
  it('cannot be talked out of being private', () => {
    const headers = { 'Cache-Control': 'public', Vary: '*', 'Content-Type': 'text/html', 'X-Own': '1' };
    const { body, ...rest } = createAnswer(200, 'text/plain', 'é', { headers });
    expect(Buffer.from(joinChunks(body)).toString()).toBe('é');
    expect(rest).toEqual({
      status: 200,
      headers: {
        'Cache-Control': 'no-store',
        Vary: 'Authorization, Accept, Accept-Encoding',
        'X-Content-Type-Options': 'nosniff',
        'Content-Type': 'text/plain',
        'X-Own': '1',
      },
      close: false,
    });
  });
});

describe('the body of an answer', () => {
  it('stays in its pieces', () => {
    const pieces = { byteLength: 2, [Symbol.iterator]: () => [Buffer.from('a'), Buffer.from('b')].values() };
    expect(createAnswer(200, 'text/plain', pieces).body).toBe(pieces);
    expect([...createAnswer(200, 'text/plain', Buffer.from('ab')).body]).toEqual([Buffer.from('ab')]);
  });
});

describe('wantedFormat', () => {
  it.each<[lines: readonly string[], format: string]>([
    [[], 'text'],
    [['*/*'], 'text'],
    [['text/plain', 'application/openmetrics-text;version=1.0.0;q=0.5'], 'text'],
    [['application/openmetrics-text;version=1.0.0'], 'openmetrics'],
    [['text/plain;q=0.5', 'application/openmetrics-text;version=1.0.0'], 'openmetrics'],
  ])('Accept %j: %s', (lines, format) => {
    expect(wantedFormat(requestAccepting(...lines))).toBe(format);
  });
});

describe('wantedEscaping', () => {
  const QUOTED = 'text/plain;version=1.0.0;escaping=allow-utf-8';

  it.each<[lines: readonly string[], escaping: string]>([
    [[], 'values'],
    [['text/plain'], 'values'],
    [['text/plain;version=0.0.4', `${QUOTED};q=0.5`], 'values'],
    [[QUOTED], 'allow-utf-8'],
    [['application/openmetrics-text;version=1.0.0;q=0.9', `${QUOTED};q=0.5`], 'allow-utf-8'],
  ])('Accept %j: %s in text', (lines, escaping) => {
    expect(wantedEscaping(requestAccepting(...lines), 'text')).toBe(escaping);
  });
});

describe('answerExposition', () => {
  it('says that names stand in quotes', () => {
    const answer = answerExposition('text', new Uint8Array([1]), 'allow-utf-8');
    expect(answer.headers['Content-Type']).toBe(
      'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
    );
  });

  it.each([
    ['text', 'text/plain; version=0.0.4; charset=utf-8'],
    ['openmetrics', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
  ] as const)('%s travels as %s', (format, type) => {
    const answer = answerExposition(format, new Uint8Array([1]));
    expect([answer.status, answer.headers['Content-Type'], answer.close]).toEqual([200, type, false]);
  });
});
