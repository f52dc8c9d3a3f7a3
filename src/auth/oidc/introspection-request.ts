// One question about one token: an RFC 7662 request whose client is authenticated as RFC 6749 section 2.3.1 says.
// The token goes into a form field, encoded; nothing in it can become another field (B16). Never rejects.

import {
  allowInsecureRequests,
  ClientSecretBasic,
  customFetch,
  introspectionRequest,
  processIntrospectionResponse,
} from 'oauth4webapi';

import { fail, ok, type Result } from '../../internal/result.js';
import type { Claims } from '../decision.js';
import type { IssuerFailure } from './issuer-failure.js';
import type { IssuerHttp } from './issuer-http.js';
import type { IntrospectionOptions } from './options.js';

/** Where and as whom to ask. */
export interface IntrospectionTarget {
  readonly issuer: string;
  readonly endpoint: string;
  readonly client: IntrospectionOptions;
}

/** What the issuer says of the token: claims, or that it is not active. */
export type IntrospectionAnswer =
  { readonly active: true; readonly claims: Claims } | { readonly active: false };

/** Asks about a token. */
export async function requestIntrospection(
  http: IssuerHttp,
  { issuer, endpoint, client }: IntrospectionTarget,
  token: string,
  signal: AbortSignal,
): Promise<Result<IntrospectionAnswer, IssuerFailure>> {
  const server = { issuer, introspection_endpoint: endpoint };
  const asClient = { client_id: client.clientId };
  let failure: IssuerFailure = { reason: 'malformed', detail: 'introspection' };
  try {
    const response = await introspectionRequest(
      server,
      asClient,
      ClientSecretBasic(client.clientSecret.reveal()),
      token,
      {
        additionalParameters: { token_type_hint: 'access_token' },
        signal,
        // Plain HTTP passed the check of options or of discovery, which allow it on loopback alone.
        [allowInsecureRequests]: true,
        [customFetch]: async (url, { headers, body }) => {
          const answered = await http.send({
            url,
            signal,
            maxBytes: MAX_ANSWER_BYTES,
            form: { headers, body: body.toString() },
          });
          if (answered.ok) return new Response(answered.value, { headers: JSON_ANSWER });
          failure = answered.error;
          throw new Error(failure.reason);
        },
      },
    );
    const { active, ...claims } = await processIntrospectionResponse(server, asClient, response);
    return ok(active ? { active, claims } : { active });
  } catch {
    return fail(failure);
  }
}

/** Answers of active tokens are remembered, a thousand of them. */
const MAX_ANSWER_BYTES = 16 * 1024;
const JSON_ANSWER = { 'content-type': 'application/json' };
