// What a configuration means, in lines for a person: listeners, state, limits, targets, views, credentials.
// Never a secret: of a target's URL the query is left out, of a credential there are names, kinds and dates.

import { resolveConnectionOptions } from '../gateway/connection-options.js';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import type { TlsOptions } from '../gateway/tls-options.js';
import { fillTemplate, type ViewTemplateOptions } from '../gateway/view-template.js';
import type { ResolvedRedisOptions } from '../limits/redis/resolve-options.js';
import { resolveLimitsOptions } from '../limits/resolve-options.js';
import type { HttpTargetOptions } from '../targets/options.js';
import { shownUrl } from '../targets/shown-url.js';
import { describeView } from '../views/describe.js';
import type { PresetName, ViewOptions } from '../views/options.js';
import { formatListenAddress } from './listen-address.js';
import type { LoadedConfiguration } from './load.js';
import { formatDuration } from './units.js';

const DEFAULT_PRESET: PresetName = 'generic';

type Credential = NonNullable<GatewayOptions['guard']['credentials']>[number];
type Proof = Credential['proofs'][number];

/** The configuration as lines; an empty one stands between two parts. */
export function describeConfiguration(loaded: LoadedConfiguration): readonly string[] {
  const { options } = loaded;
  const templates = options.viewTemplates ?? [];
  return [
    ...sourceLines(loaded),
    `files: looked at for changes every ${formatDuration(loaded.reloadIntervalMs)}`,
    ...listenerLines(loaded),
    ...stateLines(loaded),
    ...networkLines(options),
    ...limitLines(options),
    '',
    ...targetLines(loaded),
    ...presetLines([...options.views, ...templates.map((template) => template.view)]),
    ...options.views.flatMap((view) => ['', ...viewLines(view)]),
    ...templates.flatMap((template) => ['', ...templateLines(template)]),
    '',
    ...accessLines(options),
  ];
}

function sourceLines({ configPath, webConfigPath, variables }: LoadedConfiguration): readonly string[] {
  return [
    ...(configPath === undefined ? [] : [`file: ${JSON.stringify(configPath)}`]),
    ...(webConfigPath === undefined ? [] : [`web configuration: ${JSON.stringify(webConfigPath)}`]),
    ...(variables.length === 0 ? [] : [`variables: ${variables.join(', ')}`]),
  ];
}

function listenerLines({ options, sharesListener }: LoadedConfiguration): readonly string[] {
  const { listen, metricsListen } = options;
  const where = (address: ListenOptions): string => describeAddress(address, options.tls !== undefined);
  const shared = sharesListener ? ', also for metrics_listen, which is the same: every path is there' : '';
  return [
    `listen: ${where(listen)}${shared}`,
    ...(metricsListen === undefined ? [] : [`metrics_listen: ${where(metricsListen)}`]),
    ...(options.tls === undefined ? [] : [`TLS: ${describeTls(options.tls)}`]),
    ...(options.allowedHosts === undefined ? [] : [`allowed hosts: ${options.allowedHosts.join(', ')}`]),
  ];
}

function describeTls({ minVersion, clientAuthorities, clientAuth }: TlsOptions): string {
  const version = minVersion === 'TLSv1.3' ? '1.3' : '1.2 or newer';
  if (clientAuthorities === undefined) return `${version}, no client certificates`;
  const how = clientAuth === 'require' ? 'required, also for /health and /ready' : 'asked for';
  return `${version}, client certificates of ${clientAuthorities.length} ${clientAuthorities.length === 1 ? 'authority' : 'authorities'} ${how}`;
}

function describeAddress(address: ListenOptions, hasTls: boolean): string {
  const text = formatListenAddress(address);
  if ('path' in address) return `${text}, mode ${address.mode.toString(8).padStart(4, '0')}`;
  return 'host' in address ? `${hasTls ? 'https' : 'http'}://${text}` : text;
}

function stateLines({ options, keySource }: LoadedConfiguration): readonly string[] {
  const { stateFile } = options;
  const state =
    stateFile === undefined ? 'none; totals begin anew with every start' : JSON.stringify(stateFile);
  return [`state file: ${state}`, `key of the pseudonyms: ${describeKey(keySource)}`];
}

function describeKey(source: LoadedConfiguration['keySource']): string {
  switch (source.kind) {
    case 'file':
      return JSON.stringify(source.path);
    case 'beside_state_file':
      return `${JSON.stringify(source.path)}${source.made ? '' : ', made at the first start'}`;
    case 'process':
      return 'a new one with every start';
  }
}

function networkLines({ guard: { network = {} } }: GatewayOptions): readonly string[] {
  const { allowedIps, trustedProxies, trustPrivatePeers, clientAddressHeader } = network;
  const proxies = trustPrivatePeers === true ? 'one hop from any private peer' : trustedProxies?.join(', ');
  const isUsual = clientAddressHeader === undefined || clientAddressHeader === 'x-forwarded-for';
  return [
    `allowed addresses: ${allowedIps?.join(', ') ?? 'all'}`,
    clientAddressHeader === 'none'
      ? 'trusted proxies: none'
      : `trusted proxies: ${proxies ?? 'loopback'}${isUsual ? '' : `, by ${clientAddressHeader}`}`,
  ];
}

function limitLines({ guard, connections }: GatewayOptions): readonly string[] {
  const limits = resolveLimitsOptions(guard.limits);
  const caps = resolveConnectionOptions(connections);
  if (!limits.ok || !caps.ok) return [];
  const { failuresPerMinute, lockoutMs, requestsPerWindow, windowMs, redis } = limits.value;
  return [
    `limits: ${failuresPerMinute} failures of a client in a minute, then a lockout of ${formatDuration(lockoutMs)}; ` +
      `${requestsPerWindow} requests of a credential in ${formatDuration(windowMs)}`,
    ...(redis === undefined ? [] : [describeRedis(redis)]),
    `connections: ${caps.value.maxConnections} at most, ${caps.value.maxPerClient} of a client; ` +
      `${formatDuration(caps.value.writeTimeoutMs)} to read an answer`,
  ];
}

function describeRedis({ host, port, tls, database, keyPrefix }: ResolvedRedisOptions): string {
  const place = formatListenAddress({ host, port });
  return `shared by replicas: in Redis at ${place}${tls ? ' over TLS' : ''}, database ${database}, keys ${JSON.stringify(keyPrefix)}`;
}

function targetLines({ options, targetPresets }: LoadedConfiguration): readonly string[] {
  return options.targets.flatMap((target, index) => {
    if ('kind' in target) return [];
    const { name } = target;
    const preset = targetPresets.get(name) ?? DEFAULT_PRESET;
    const paths = `${index === 0 ? '/metrics and ' : ''}/metrics/${name}`;
    const line = `target ${name}: ${shownUrl(target.url)}, preset ${preset}, at ${paths}`;
    const isLitellm = [
      preset,
      ...options.views.filter((view) => view.target === name).map(presetOf),
    ].includes('litellm');
    return isLitellm && redirectsInLitellm(target)
      ? [
          line,
          '  LiteLLM redirects /metrics, and the gate follows no redirect; it most likely has to be /metrics/',
        ]
      : [line];
  });
}

function redirectsInLitellm({ url }: HttpTargetOptions): boolean {
  return new URL(url).pathname === '/metrics';
}

function presetOf({ preset = DEFAULT_PRESET }: ViewOptions): PresetName {
  return preset;
}

/** What a preset does, once for all views that have it. */
function presetLines(views: readonly ViewOptions[]): readonly string[] {
  const presets = [...new Set(views.map((view) => presetOf(view)))];
  return presets.flatMap((preset) => ['', `preset ${preset}:`, ...indented(linesOfPreset(preset))]);
}

function linesOfPreset(preset: PresetName): readonly string[] {
  return describeView({ name: preset, target: preset, preset });
}

function viewLines(view: ViewOptions): readonly string[] {
  const common = new Set(linesOfPreset(presetOf(view)));
  const { gauges, pseudonymScope, maxSeries, seriesRetentionMs } = view;
  const own = describeView(view).filter((line) => !common.has(line));
  const more = [
    ...Object.entries(gauges ?? {}).map(([metric, how]) => `gauges ${metric}: put together by ${how}`),
    ...(pseudonymScope === undefined ? [] : [`pseudonyms of the scope ${JSON.stringify(pseudonymScope)}`]),
    ...(maxSeries === undefined ? [] : [`at most ${maxSeries} series`]),
    ...(seriesRetentionMs === undefined
      ? []
      : [`vanished counters are remembered for ${formatDuration(seriesRetentionMs)}`]),
  ];
  return [
    `view ${view.name}: target ${view.target}, preset ${presetOf(view)}`,
    ...indented([...own, ...more]),
  ];
}

/** As of a view, with what depends on the claim instead of values that nobody has. */
function templateLines(template: ViewTemplateOptions): readonly string[] {
  const { scopedLabels, ownPseudonyms = false } = template;
  const [title = '', ...lines] = viewLines(fillTemplate({ ...template, ownPseudonyms: false }, ['value']));
  return [
    title,
    ...lines.map((line) => {
      const label = scopedLabels.find((candidate) => line.startsWith(`  only series whose ${candidate} is `));
      if (label === undefined) return line;
      const others =
        Object.entries(template.view.only ?? {}).find(([name]) => name === label)?.[1].length ?? 0;
      const more = others === 0 ? '' : `, or one of ${others} given`;
      return `  only series whose ${label} is a value of the claim${more}`;
    }),
    ...(ownPseudonyms ? ['  pseudonyms of a scope of their own, for each of its views'] : []),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function accessLines({ guard: { credentials = [], anonymous } }: GatewayOptions): readonly string[] {
  const lines = credentials.map(({ name, proofs, grant, allowedIps, certificate }) => {
    const also = describeAlso(grant);
    const from = allowedIps === undefined ? '' : `, from ${allowedIps.join(', ')} alone`;
    const beside = certificate === undefined ? '' : `, beside ${describeCertificate(certificate)}`;
    return `credential ${name}: ${describeGrant(grant)}${also}, with ${describeProofs(proofs).join(', or ')}${beside}${from}`;
  });
  if (anonymous !== undefined) {
    lines.push(`without a credential: view ${anonymous.view}${describeAlso(anonymous)}`);
  }
  return lines.length === 0 ? ['credentials: none; every scrape is refused'] : lines;
}

/** What a credential opens besides its view. */
function describeAlso({
  self = false,
  summary = true,
}: Pick<Credential['grant'], 'self' | 'summary'>): string {
  if (!self) return summary ? ' and its summary' : '';
  return `${summary ? ', its summary' : ''} and the metrics of the gate`;
}

function describeGrant(grant: Credential['grant']): string {
  if ('view' in grant) return `view ${grant.view}`;
  const claim = grant.fromClaim
    .map((name) => JSON.stringify(name))
    .toReversed()
    .join(' in ');
  if (grant.template !== undefined) return `the view ${grant.template.view} of its claim ${claim}`;
  const views = [...new Set(grant.views?.map(({ view }) => view))];
  return `view ${views.join(' or ')} by its claim ${claim}`;
}

/** Each way in once: a file of users can hold hundreds that are all described alike. */
function describeProofs(proofs: readonly Proof[]): readonly string[] {
  const counts = new Map<string, { readonly proof: Proof; count: number }>();
  for (const proof of proofs) {
    const line = describeProof(proof, 1);
    const seen = counts.get(line);
    if (seen === undefined) counts.set(line, { proof, count: 1 });
    else seen.count += 1;
  }
  return [...counts.values()].map(({ proof, count }) => describeProof(proof, count));
}

function describeProof(proof: Proof, count: number): string {
  const { notBeforeMs, notAfterMs } = proof;
  const from = notBeforeMs === undefined ? '' : ` from ${formatDate(notBeforeMs)}`;
  const until = notAfterMs === undefined ? '' : ` until ${formatDate(notAfterMs)}`;
  return `${describeKind(proof, count)}${from}${until}`;
}

function describeKind(proof: Proof, count: number): string {
  switch (proof.kind) {
    case 'bearer':
      return count === 1 ? 'a token' : `one of ${count} tokens`;
    case 'basic':
      return count === 1 ? 'a user and password' : `one of ${count} users and their passwords`;
    case 'certificate':
      return describeCertificate(proof.names);
    case 'oidc': {
      const { issuer, audience, requiredScopes = [], introspection } = proof;
      const scopes = requiredScopes.length === 0 ? '' : ` and with ${requiredScopes.join(', ')}`;
      const how = introspection === undefined ? '' : ', asking it about what is no JWT';
      return `a token of ${issuer} for ${audience.join(' or ')}${scopes}${how}`;
    }
  }
}

function describeCertificate(names: NonNullable<Credential['certificate']>): string {
  if (names === 'any') return 'any client certificate of the authorities';
  return `a client certificate of ${names.map(({ type, value }) => `${type} ${value}`).join(' or ')}`;
}

/** As people write them in the file: a day where it is the first moment of one, else the time. */
function formatDate(ms: number): string {
  return new Date(ms).toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z');
}
