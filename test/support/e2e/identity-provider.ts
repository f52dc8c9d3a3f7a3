// What the real identity providers of the end-to-end tests have in common: TLS, clients, tokens by client credentials.
// What is in a token follows from the client and from what it asks for.

import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** Files and texts of the certificates around an identity provider. */
export interface IssuerTls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** PEM of the authorities of clients, and of the certificate itself. */
  readonly ca: string;
}

/** A client that may ask for tokens. */
export interface IssuerClient {
  readonly id: string;
  readonly secret: string;
  /** What every token of it says besides. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Whether its tokens are bound to the certificate that it shows. */
  readonly bound?: boolean;
}

/** A running identity provider. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly tokenUrl: string;
  stop(): Promise<void>;
}

/** The answer to a request, whole. */
export interface TlsAnswer {
  readonly status: number;
  readonly text: string;
  readonly cookie: string | undefined;
}

/** One HTTPS request to loopback, with a body where there is one. */
export async function tlsRequest(
  url: string,
  { ca, method = 'GET', headers = {}, body = '' }: TlsRequestOptions,
): Promise<TlsAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers: { ...headers }, ca, agent: false }, resolve)
      .once('error', reject)
      .end(body);
  });
  const [cookie] = response.headers['set-cookie'] ?? [];
  return { status: response.statusCode ?? 0, text: await text(response), cookie: cookie?.split(';')[0] };
}

/** A request of `tlsRequest`. */
export interface TlsRequestOptions {
  readonly ca: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A token by client credentials, as Prometheus asks for it. */
export async function fetchToken(
  provider: IdentityProvider,
  client: IssuerClient,
  wish: { readonly ca: string; readonly resource: string; readonly scope: string },
): Promise<string> {
  const answer = await tlsRequest(provider.tokenUrl, {
    ca: wish.ca,
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: wish.resource,
      scope: wish.scope,
    }).toString(),
  });
  const token = /"access_token":"([^"]+)"/u.exec(answer.text)?.[1];
  if (answer.status !== 200 || token === undefined) throw new Error(`no token: ${answer.text}`);
  return token;
}
