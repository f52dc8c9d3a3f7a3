// The types that every entry for a server gives, one by one.

export type { CertificateName, CertificateNames } from '../auth/client-certificate.js';
export type { IntrospectionOptions, OidcProofOptions } from '../auth/oidc/options.js';
export type {
  BasicUserOptions,
  BearerTokenOptions,
  CertificateProofOptions,
  ProofOptions,
} from '../auth/options.js';
export type { ErrorCode, Problem, Warning, WarningCode } from '../errors.js';
export type { RequestEvent } from '../gateway/events.js';
export type { Clock, Timer } from '../internal/clock.js';
export type { Secret } from '../internal/secret.js';
export type { LimitsOptions, RedisOptions } from '../limits/limiter.js';
export type { LlmSummary } from '../llm/summary.js';
export type { ClientAddressHeader, NetworkOptions } from '../network/options.js';
export type { MetricsSource } from '../targets/registry-target.js';
export type { OnMalformed } from '../targets/options.js';
export type { GaugeFunction, LabelAction, LabelRule, PresetName } from '../views/options.js';
export type {
  MetricsClaimedView,
  MetricsCredential,
  MetricsEvent,
  MetricsIdentityProvider,
  MetricsOptions,
  MetricsView,
  MetricsViewTemplate,
} from './options.js';
