// The shape of a web configuration, as the programs of the Prometheus project read it. Types and shapes alone.
// A key without a value is as if it were not there, as in Go; what the values mean is in web-config.ts.

import { z } from 'zod';

/** `tls_server_config`. */
export interface WebTls {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly client_ca?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  readonly client_ca_file?: string | undefined;
  readonly client_auth_type?: string | undefined;
  readonly client_allowed_sans?: readonly string[] | undefined;
  readonly min_version?: string | undefined;
  readonly max_version?: string | undefined;
  readonly cipher_suites?: readonly string[] | undefined;
  readonly curve_preferences?: readonly string[] | undefined;
  readonly prefer_server_cipher_suites?: boolean | undefined;
}

/** The whole file. */
export interface WebConfigFile {
  readonly tls_server_config?: WebTls | undefined;
  readonly http_server_config?:
    | {
        readonly http2?: boolean | undefined;
        readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
      }
    | undefined;
  readonly basic_auth_users?: Readonly<Record<string, string>> | undefined;
  readonly rate_limit?:
    { readonly interval?: string | number | undefined; readonly burst?: number | undefined } | undefined;
}

/** What may be at the top of the file. */
export const WEB_CONFIG_KEYS: readonly string[] = Object.keys({
  tls_server_config: true,
  http_server_config: true,
  basic_auth_users: true,
  rate_limit: true,
} satisfies Record<keyof WebConfigFile, true>);

function optional<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return z
    .union([schema, z.null()])
    .transform((value) => value ?? undefined)
    .optional();
}

const text = z.string({ error: 'expected text' });
const flag = z.boolean({ error: 'expected true or false' });
const list = z.array(text, { error: 'expected a list of texts' });
const number = z.number({ error: 'expected a number' });

const tls = z.strictObject({
  cert: optional(text),
  key: optional(text),
  client_ca: optional(text),
  cert_file: optional(text),
  key_file: optional(text),
  client_ca_file: optional(text),
  client_auth_type: optional(text),
  client_allowed_sans: optional(list),
  min_version: optional(text),
  max_version: optional(text),
  cipher_suites: optional(list),
  curve_preferences: optional(list),
  prefer_server_cipher_suites: optional(flag),
});

const headers = z.strictObject({
  'Content-Security-Policy': optional(text),
  'X-Frame-Options': optional(text),
  'X-Content-Type-Options': optional(text),
  'X-XSS-Protection': optional(text),
  'Strict-Transport-Security': optional(text),
});

/** The whole file. */
export const webConfigSchema: z.ZodType<WebConfigFile> = z.strictObject({
  tls_server_config: optional(tls),
  http_server_config: optional(z.strictObject({ http2: optional(flag), headers: optional(headers) })),
  basic_auth_users: optional(z.record(z.string(), text, { error: 'expected users, each with a hash' })),
  rate_limit: optional(
    z.strictObject({ interval: optional(z.union([text, number])), burst: optional(number) }),
  ),
});
