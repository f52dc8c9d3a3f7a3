// The configuration file as one zod schema: what is accepted, and the sentence that describes each key.
// The JSON Schema is made from it. It checks shapes; what only the rooms can know is checked by the rooms.

import { z } from 'zod';
import { CLIENT_ADDRESS_HEADERS } from '../network/resolve-options.js';
import { ON_MALFORMED } from '../targets/resolve-options.js';
import { PRESET_NAMES } from '../views/presets.js';
import type {
  FileClientCertificate,
  FileBearerToken,
  FileCredential,
  FileLimits,
  FileOptions,
  FileTarget,
} from './file-options.js';
import {
  count,
  duration,
  expecting,
  filePath,
  flag,
  listenAddress,
  named,
  oneOf,
  size,
  socketMode,
  text,
  texts,
  timestamp,
} from './scalars.js';
import { oidc } from './schema-oidc.js';
import { section } from './schema-section.js';
import { claimedView, view } from './schema-view.js';

const target: z.ZodType<FileTarget> = section(
  {
    url: text(
      'Absolute http or https URL, called exactly as written; no user information.',
      'an http or https URL',
    ),
    preset: oneOf(
      PRESET_NAMES,
      'What its views do with each label unless told otherwise. Default: generic.',
    ).optional(),
    bearer_token: text('Token that the gate itself shows to the target.').optional(),
    bearer_token_file: filePath('File with that token.').optional(),
    username: text('User name that the gate itself shows to the target.').optional(),
    password: text('The password of that user.').optional(),
    password_file: filePath('File with that password.').optional(),
    ca_file: filePath('PEM file of the authorities that may sign the certificate of the target.').optional(),
    timeout: duration('For the whole fetch. Default: 10s.').optional(),
    max_bytes: size('Most bytes of an answer, on the wire and inflated. Default: 256MiB.').optional(),
    on_malformed: oneOf(
      ON_MALFORMED,
      'Whether a malformed family fails the scrape or is left out. Default: fail.',
    ).optional(),
  },
  'A source of metrics over HTTP.',
);

const validity = {
  not_before: timestamp('Not valid before this date (its first moment, UTC) or time.').optional(),
  not_after: timestamp('No longer valid from this date (its first moment, UTC) or time on.').optional(),
};

const bearerToken: z.ZodType<FileBearerToken> = section(
  {
    digest: text('Digest line that `scrapegate token` printed.').optional(),
    token_file: filePath('File with the token itself.').optional(),
    ...validity,
  },
  'One of several tokens.',
);

const clientCertificate: z.ZodType<FileClientCertificate> = section(
  {
    any: flag('Whether every certificate of the authorities will do. Default: false.').optional(),
    dns: texts('names', 'DNS names, whole; no patterns.').optional(),
    uri: texts('URIs', 'URIs, byte for byte.').optional(),
    email: texts('addresses', 'Addresses of mail, byte for byte.').optional(),
    ip: texts('addresses', 'IP addresses.').optional(),
  },
  'Client certificate that proves it; beside a token or a password it has to come as well.',
);

const CIDRS = 'CIDRs, such as [10.0.0.0/8]';

const credential: z.ZodType<FileCredential> = section(
  {
    view: z
      .union([text('Name of the view.', 'the name of a view'), claimedView], {
        error: expecting('the name of a view, or from_claim with what depends on it'),
      })
      .describe('Name of the one view that the credential sees, or how a claim leads to it.'),
    allowed_ips: texts(
      CIDRS,
      'Client addresses from which it holds, in addition to the allowed_ips of the file.',
    ).optional(),
    self: flag(
      'Whether it also opens /-/metrics, the metrics of the gate, and /-/status, its page for people. Default: false.',
    ).optional(),
    summary: flag('Whether it also opens /v1/metrics, the summary of its view. Default: true.').optional(),
    bearer_token_digest: text('Digest line that `scrapegate token` printed.').optional(),
    bearer_token: text('The token itself; a digest or a file is better.').optional(),
    bearer_token_file: filePath('File with the token itself.').optional(),
    bearer_tokens: z
      .array(bearerToken, { error: expecting('a list of tokens, each with digest or token_file') })
      .min(1)
      .describe('Several tokens, so that the old and the new one overlap while they are exchanged.')
      .optional(),
    username: text('User name for basic authentication.').optional(),
    password_hash: text('Hash that `scrapegate hash-password` printed, or bcrypt.').optional(),
    password_hash_file: filePath('File with that hash.').optional(),
    htpasswd_file: filePath('File of users with their hashes, as htpasswd -B writes it.').optional(),
    client_certificate: clientCertificate.optional(),
    oidc: oidc.optional(),
    ...validity,
  },
  'A named way to prove who scrapes, bound to one view or led to it by a claim.',
);

const limits: z.ZodType<FileLimits> = section(
  {
    failures_per_minute: count(
      'Failed attempts of one client before it is locked out. Default: 10.',
    ).optional(),
    lockout: duration('How long a client stays locked out. Default: 15m.').optional(),
    requests_per_minute: count('Requests of one credential in a minute. Default: 120.').optional(),
    redis_url: text('Redis in which replicas count together: redis:// or rediss://.').optional(),
    redis_url_file: filePath('File with that URL.').optional(),
    redis_ca_file: filePath('PEM file of the authorities that may sign the certificate of Redis.').optional(),
    redis_key_prefix: text('What every key in Redis begins with. Default: scrapegate:.').optional(),
    max_connections: count('Open connections of all listeners together. Default: 4096.').optional(),
    max_connections_per_client: count(
      'Open connections of one client; trusted proxies are exempt. Default: 64.',
    ).optional(),
    write_timeout: duration('How long a client may take to read an answer. Default: 60s.').optional(),
  },
  'How many failures, requests and connections are too many.',
);

/** The whole file. */
export const fileSchema: z.ZodType<FileOptions> = section(
  {
    listen: listenAddress(
      'Address of every path, or of /health and /ready alone. Default: 0.0.0.0:9087.',
    ).optional(),
    metrics_listen: listenAddress('A listener of its own for all but /health and /ready.').optional(),
    socket_mode: socketMode(
      'Who may connect to Unix sockets, as file permissions. Default: 0660.',
    ).optional(),
    allowed_hosts: texts(
      'host names',
      'Names by which requests may call the gate; * is every name. Default: those of this machine on loopback.',
    ).optional(),
    tls: section(
      {
        cert_file: filePath('PEM file of the certificate chain.'),
        key_file: filePath('PEM file of its private key.'),
        client_ca_file: filePath('PEM file of the authorities that vouch for clients.').optional(),
        client_auth: oneOf<'request' | 'require'>(
          ['request', 'require'],
          'Whether a client may do without a certificate. Default: request.',
        ).optional(),
        min_version: oneOf<'TLS12' | 'TLS13'>(
          ['TLS12', 'TLS13'],
          'Oldest version of TLS. Default: TLS12.',
        ).optional(),
      },
      'TLS of the listeners. Default: plain HTTP.',
    ).optional(),
    trusted_proxies: texts(
      CIDRS,
      'Proxies whose forwarding header is believed. Default: loopback.',
    ).optional(),
    client_address: section(
      {
        header: oneOf(
          CLIENT_ADDRESS_HEADERS,
          'The one thing that is read from trusted proxies: a header, or the PROXY protocol.',
        ),
      },
      'Where the address of the client comes from.',
    ).optional(),
    allowed_ips: texts(
      CIDRS,
      'Client addresses that may ask at all, in addition to any credential.',
    ).optional(),
    insecure_allow_unauthenticated: flag(
      'Whether requests without any credential see the view `default`. Default: false.',
    ).optional(),
    limits: limits.optional(),
    pseudonym_key_file: filePath('File with the key of the pseudonyms: at least 32 bytes.').optional(),
    state_file: filePath('Where aggregated counters are kept over a restart.').optional(),
    shutdown_deadline: duration(
      'How long requests under way may take after a stop. Default: 10s.',
    ).optional(),
    reload_interval: duration(
      'How often file, keys and certificates are looked at for changes. Default: 5s.',
    ).optional(),
    targets: named(
      'targets',
      target,
      'Sources of metrics by name; the first is the default target.',
    ).optional(),
    views: named('views', view, 'Views by name.').optional(),
    credentials: named('credentials', credential, 'Credentials by name.').optional(),
  },
  'Configuration of Scrapegate.',
);
