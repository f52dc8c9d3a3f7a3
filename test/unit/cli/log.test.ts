import { describe, expect, it } from 'vitest';
import { createEventLog } from '../../../src/cli/log.js';
import { ScrapegateError } from '../../../src/errors.js';
import type { GatewayEvent } from '../../../src/gateway/events.js';
import { createTestContext } from '../../support/cli-context.js';
import { nextTurn } from '../../support/next-turn.js';

async function logged(
  event: GatewayEvent,
): Promise<{ text: string; entry: Record<string, unknown> | undefined }> {
  const context = createTestContext();
  createEventLog(context.stderr)(event);
  await nextTurn();
  return { text: context.err(), entry: context.log()[0] };
}

const error = new ScrapegateError('ERR_SCRAPEGATE_CONFIG_INVALID', 'the configuration has a problem', {
  problems: [{ path: 'listen', message: 'is wrong' }],
  cause: new Error('hunter2'),
});

describe('createEventLog', () => {
  it('D8: nothing in an event can make a second line or move a cursor', async () => {
    const evil = 'a\r\n{"level":"info"}\u001b[2J\u0000';
    const { text, entry } = await logged({
      kind: 'warning',
      warning: { code: 'WARN_SCRAPEGATE_CLOSED', message: evil },
    });
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    // oxlint-disable-next-line no-control-regex
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
    expect(entry?.['msg']).toBe(evil);
  });

  it('writes a request as one object, with the time', async () => {
    const { entry } = await logged({
      kind: 'request',
      method: 'GET',
      route: '/metrics',
      status: 401,
      decision: 'denied',
      reason: 'credential_missing',
      client: '192.0.2.1',
      bytesOut: 13,
      durationMs: 1.23456789,
    });
    expect(entry).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event: 'request',
      method: 'GET',
      route: '/metrics',
      status: 401,
      decision: 'denied',
      reason: 'credential_missing',
      client: '192.0.2.1',
      bytesOut: 13,
      durationMs: 1.235,
      msg: 'request',
    });
  });

  it('tells of identity providers: what they were asked for, and a mismatch in words of its own', async () => {
    const about = { issuer: 'https://idp.example.com', purpose: 'keys' as const };
    const { entry: failed } = await logged({
      kind: 'issuer_failed',
      ...about,
      reason: 'status',
      detail: '500',
    });
    expect(failed).toMatchObject({
      level: 'error',
      event: 'issuer_failed',
      ...about,
      reason: 'status',
      detail: '500',
    });
    const { entry: mismatch } = await logged({ kind: 'issuer_failed', ...about, reason: 'issuer_mismatch' });
    expect(mismatch?.['msg']).toMatch(/names another issuer/);
    expect(failed?.['msg']).not.toBe(mismatch?.['msg']);
    expect((await logged({ kind: 'issuer_recovered', ...about })).entry).toMatchObject({
      level: 'info',
      event: 'issuer_recovered',
      ...about,
    });
  });

  it('writes the requests of one turn together, in order, and before what happens to the gate', async () => {
    const written: string[] = [];
    const log = createEventLog({ write: (text) => written.push(text) });
    const ask = (status: number): void =>
      log({
        kind: 'request',
        method: 'GET',
        route: '/metrics',
        status,
        decision: 'denied',
        bytesOut: 0,
        durationMs: 0,
      });
    const statuses = (text = ''): readonly unknown[] =>
      text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line).status);
    for (const status of [401, 429, 401]) ask(status);
    await nextTurn();
    ask(403);
    log({ kind: 'reloaded' });
    ask(404);
    await nextTurn();
    await nextTurn();
    expect(written.map(statuses)).toEqual([[401, 429, 401], [403, undefined], [404]]);
  });

  it.each([
    [499, 'info', 'request'],
    [500, 'warn', 'request; it could not be answered'],
    [502, 'warn', 'request; it could not be answered'],
  ])('tells of a request that ended with %i as %s', async (status, level, msg) => {
    const { entry } = await logged({
      kind: 'request',
      method: 'GET',
      route: '/metrics',
      status,
      decision: 'allowed',
      bytesOut: 13,
      durationMs: 1,
    });
    expect(entry).toMatchObject({ level, status, msg });
  });

  it('warns of requests for which malformed families were left out', async () => {
    const { entry } = await logged({
      kind: 'request',
      method: 'GET',
      route: '/metrics',
      status: 200,
      decision: 'allowed',
      quarantined: 2,
      detail: 'line 3: same series twice',
      bytesOut: 13,
      durationMs: 1,
    });
    expect(entry).toMatchObject({
      level: 'warn',
      event: 'request',
      quarantined: 2,
      detail: 'line 3: same series twice',
      msg: 'request; malformed families of the target were left out',
    });
  });

  it.each([
    [
      { kind: 'warning', warning: { code: 'WARN_SCRAPEGATE_CLOSED', message: 'm' } },
      'warn',
      { code: 'WARN_SCRAPEGATE_CLOSED', msg: 'm' },
    ],
    [
      { kind: 'listening', url: 'http://127.0.0.1:1', purpose: 'all' },
      'info',
      { url: 'http://127.0.0.1:1', purpose: 'all' },
    ],
    [
      { kind: 'target_unreachable', target: 'litellm', reason: 'status_not_200', detail: '401' },
      'error',
      {
        target: 'litellm',
        reason: 'status_not_200',
        detail: '401',
        msg: expect.stringContaining('docs/operations.md'),
      },
    ],
    [
      { kind: 'target_unreachable', target: 'litellm', reason: 'redirected', detail: '307' },
      'error',
      { reason: 'redirected', msg: expect.stringContaining('/metrics/') },
    ],
    [{ kind: 'target_answered', target: 'litellm' }, 'info', { target: 'litellm' }],
    [{ kind: 'reloaded' }, 'info', {}],
    [{ kind: 'reload_failed', error }, 'error', { code: error.code, problems: error.problems }],
    [{ kind: 'state_failed', error }, 'error', { code: error.code, error: error.message }],
    [{ kind: 'stopping', deadlineMs: 5 }, 'info', { deadlineMs: 5 }],
    [{ kind: 'stopped', aborted: 2 }, 'info', { aborted: 2 }],
  ] satisfies [GatewayEvent, string, object][])('%j', async (event, level, expected) => {
    const { text, entry } = await logged(event);
    expect(entry).toMatchObject({ level, event: event.kind, ...expected });
    expect(text).not.toContain('hunter2');
  });
});
