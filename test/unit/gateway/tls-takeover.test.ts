// What becomes of connections when the rules for clients change, over real sockets.

import { expect, it } from 'vitest';
import type { TlsOptions } from '../../../src/gateway/tls-options.js';
import { nextTurn } from '../../support/next-turn.js';
import { portOf, startListener, TLS } from '../../support/start-listener.js';
import { connectTls } from '../../support/tls-client.js';

const BEFORE: TlsOptions = { ...TLS, clientAuthorities: [TLS.cert] };
const AFTER: TlsOptions = { ...TLS, clientAuthorities: [TLS.cert, TLS.cert] };
/** More than the kernel takes at once. */
const LARGE_BODY = 'x'.repeat(8_000_000);

it('an answer that is on its way reaches its reader whole, and ends the connection', async () => {
  let answered = (): void => undefined;
  const isAnswered = new Promise<void>((resolve) => (answered = resolve));
  const { listener } = await startListener({
    tls: BEFORE,
    requestListener: (_, response) => {
      response.setHeader('Content-Length', LARGE_BODY.length).end(LARGE_BODY);
      answered();
    },
  });
  const client = await connectTls(portOf(listener));
  const got = client?.get();
  await isAnswered;
  listener.takeOverTls(AFTER);
  expect((await got)?.body).toHaveLength(LARGE_BODY.length);
  await client?.closed();
});

it('a connection that waits for nothing ends at once', async () => {
  const { listener } = await startListener({ tls: BEFORE });
  const client = await connectTls(portOf(listener));
  expect((await client?.get())?.status).toBe(200);
  await nextTurn();
  listener.takeOverTls(AFTER);
  await client?.closed();
});

it('connections go on where the rules for clients stay', async () => {
  const { listener } = await startListener({ tls: BEFORE });
  const client = await connectTls(portOf(listener));
  await client?.get();
  listener.takeOverTls({ ...BEFORE });
  expect((await client?.get())?.status).toBe(200);
});
