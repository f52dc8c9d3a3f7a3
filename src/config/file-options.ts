// The configuration file after parsing: its snake_case keys, with durations and sizes as numbers.
// Types alone; schema.ts says what is accepted, to-gateway-options.ts what it means.

import type { ListenOptions } from '../gateway/options.js';
import type { ClientAddressHeader } from '../network/options.js';
import type { OnMalformed } from '../targets/options.js';
import type { GaugeFunction, LabelAction, PresetName } from '../views/options.js';

/** An entry of `targets`. */
export interface FileTarget {
  url: string;
  preset?: PresetName | undefined;
  bearer_token?: string | undefined;
  bearer_token_file?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  password_file?: string | undefined;
  ca_file?: string | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
  /** Bytes. */
  max_bytes?: number | undefined;
  on_malformed?: OnMalformed | undefined;
}

/** A rule of a view's `labels`. */
export interface FileLabelRule {
  label: string;
  metric?: string | undefined;
  action: LabelAction;
}

/** An entry of `views`. */
export interface FileView {
  target?: string | undefined;
  preset?: PresetName | undefined;
  only?: Record<string, string[]> | undefined;
  share?: string[] | undefined;
  derive?: boolean | undefined;
  derive_from?: string[] | undefined;
  metrics?: { keep?: string[] | undefined; drop?: string[] | undefined } | undefined;
  labels?: FileLabelRule[] | undefined;
  reveal?: string[] | undefined;
  gauges?: Record<string, GaugeFunction> | undefined;
  pseudonym_scope?: string | undefined;
  max_series?: number | undefined;
  max_values_per_label?: number | undefined;
  /** Milliseconds. */
  series_retention?: number | undefined;
}

/** A `view` of a credential that depends on what a token says. */
export interface FileClaimedView extends Omit<FileView, 'only'> {
  from_claim: string | string[];
  /** Names of views by value of the claim. */
  views?: Record<string, string> | undefined;
  only?: Record<string, string | string[]> | undefined;
}

/** The `oidc` section of a credential. */
export interface FileOidc {
  issuer: string;
  jwks_uri?: string | undefined;
  audience: string | string[];
  required_scopes?: string[] | undefined;
  algorithms?: string[] | undefined;
  /** Milliseconds. */
  clock_tolerance?: number | undefined;
  /** Milliseconds. */
  jwks_max_stale?: number | undefined;
  require_access_token_type?: boolean | undefined;
  ca_file?: string | undefined;
  introspection?:
    | {
        endpoint?: string | undefined;
        client_id: string;
        client_secret?: string | undefined;
        client_secret_file?: string | undefined;
      }
    | undefined;
}

/** From when until when something holds; Unix milliseconds. */
export interface FileValidity {
  not_before?: number | undefined;
  not_after?: number | undefined;
}

/** An entry of a credential's `bearer_tokens`. */
export interface FileBearerToken extends FileValidity {
  digest?: string | undefined;
  token_file?: string | undefined;
}

/** An entry of `credentials`. */
export interface FileCredential extends FileValidity {
  view: string | FileClaimedView;
  allowed_ips?: string[] | undefined;
  self?: boolean | undefined;
  summary?: boolean | undefined;
  bearer_token_digest?: string | undefined;
  bearer_token?: string | undefined;
  bearer_token_file?: string | undefined;
  bearer_tokens?: FileBearerToken[] | undefined;
  username?: string | undefined;
  password_hash?: string | undefined;
  password_hash_file?: string | undefined;
  htpasswd_file?: string | undefined;
  client_certificate?: FileClientCertificate | undefined;
  oidc?: FileOidc | undefined;
}

/** The `limits` section. */
export interface FileLimits {
  failures_per_minute?: number | undefined;
  /** Milliseconds. */
  lockout?: number | undefined;
  requests_per_minute?: number | undefined;
  redis_url?: string | undefined;
  redis_url_file?: string | undefined;
  redis_ca_file?: string | undefined;
  redis_key_prefix?: string | undefined;
  max_connections?: number | undefined;
  max_connections_per_client?: number | undefined;
  /** Milliseconds. */
  write_timeout?: number | undefined;
}

/** The `tls` section. */
export interface FileTls {
  cert_file: string;
  key_file: string;
  client_ca_file?: string | undefined;
  client_auth?: 'request' | 'require' | undefined;
  min_version?: 'TLS12' | 'TLS13' | undefined;
}

/** `client_certificate` of a credential. */
export interface FileClientCertificate {
  any?: boolean | undefined;
  dns?: string[] | undefined;
  uri?: string[] | undefined;
  email?: string[] | undefined;
  ip?: string[] | undefined;
}

/** The whole file. */
export interface FileOptions {
  listen?: ListenOptions | undefined;
  metrics_listen?: ListenOptions | undefined;
  /** File permissions. */
  socket_mode?: number | undefined;
  allowed_hosts?: string[] | undefined;
  tls?: FileTls | undefined;
  trusted_proxies?: string[] | undefined;
  client_address?: { header: ClientAddressHeader } | undefined;
  allowed_ips?: string[] | undefined;
  insecure_allow_unauthenticated?: boolean | undefined;
  limits?: FileLimits | undefined;
  pseudonym_key_file?: string | undefined;
  state_file?: string | undefined;
  /** Milliseconds. */
  shutdown_deadline?: number | undefined;
  /** Milliseconds. */
  reload_interval?: number | undefined;
  targets?: Record<string, FileTarget> | undefined;
  views?: Record<string, FileView> | undefined;
  credentials?: Record<string, FileCredential> | undefined;
}
