// Who may ask, from where, how often: file and environment to GuardOptions, and the warnings that follow.
// Closed unless there is a credential, an address list, or the explicit opt-out.

import type { GrantOptions, GuardOptions } from '../guard/options.js';
import { resolveGuardOptions } from '../guard/resolve-options.js';
import { compileCidrSet, parseCidr } from '../network/cidr.js';
import type { NetworkOptions } from '../network/options.js';
import { referredViews, type KnownViews } from './build-claimed-views.js';
import { CredentialBuilder } from './build-credentials.js';
import { DEFAULT_VIEW, type BuildContext } from './build-context.js';
import { buildLimits } from './build-limits.js';
import { inOperatorsWords } from './build-oidc.js';
import { SettingPaths } from '../internal/setting-paths.js';
import { ALLOWED_IPS_ONLY, CLOSED, TRUST_PROXY_ANY, UNAUTHENTICATED } from './warnings.js';

/** The guard's options. */
export async function buildGuard(context: BuildContext, known: KnownViews): Promise<GuardOptions> {
  const paths = new SettingPaths();
  const network = buildNetwork(context, paths);
  const credentials = await new CredentialBuilder(context, known, paths).build();
  const opening = buildOpening(context, network);
  const view = known.views.find(({ name }) => name === DEFAULT_VIEW);
  const anonymous: GrantOptions | undefined =
    opening && view !== undefined
      ? { view: view.name, target: view.target, summary: opensSummary(context) }
      : undefined;
  const options: GuardOptions = {
    network,
    limits: buildLimits(context, paths),
    credentials,
    ...(anonymous !== undefined && { anonymous }),
  };
  check(context, paths, options);
  return options;
}

/** Whether something refers to the view `default`, which then exists even if the file has none. */
export function needsDefaultView({ file, env, web }: BuildContext): boolean {
  return (
    hasVariables(env) ||
    opensByWebConfig(web) ||
    Object.values(file.options.credentials ?? {}).some((credential) =>
      referredViews(credential).includes(DEFAULT_VIEW),
    ) ||
    allowsUnauthenticated({ file, env }) ||
    (!hasCredentials({ file, env, web }) && (env.allowedIps ?? file.options.allowed_ips) !== undefined)
  );
}

function allowsUnauthenticated({ file, env }: Pick<BuildContext, 'file' | 'env'>): boolean {
  return env.allowUnauthenticated ?? file.options.insecure_allow_unauthenticated ?? false;
}

/** Whoever sets METRICS_API_KEY wants it asked for; a list of addresses alone is no wish to do without. */
function opensSummary({ file, env }: BuildContext): boolean {
  return allowsUnauthenticated({ file, env }) && env.apiKey === undefined;
}

/** Whether any credential was written down, sound or not: a broken one must not open the gate to addresses alone. */
function hasCredentials({ file, env, web }: Pick<BuildContext, 'file' | 'env' | 'web'>): boolean {
  return file.names.credentials.length > 0 || hasVariables(env) || opensByWebConfig(web);
}

/** Whether a web configuration has users, or requires a client certificate. */
function opensByWebConfig(web: BuildContext['web']): boolean {
  return web !== undefined && (web.users.length > 0 || web.certificate !== undefined);
}

/** Whether any credential is in the environment. */
function hasVariables({ bearerToken, apiKey, basicAuth, oauth2 }: BuildContext['env']): boolean {
  return [bearerToken, apiKey, basicAuth, oauth2].some((given) => given !== undefined);
}

/** Whether requests without a credential are let in, with the warnings that belong to it. */
function buildOpening(context: BuildContext, network: NetworkOptions): boolean {
  const { problems, warnings, env } = context;
  if (allowsUnauthenticated(context)) {
    warnings.push(UNAUTHENTICATED);
    return true;
  }
  if (hasCredentials(context)) return false;
  if (network.allowedIps === undefined) {
    warnings.push(CLOSED);
    return false;
  }
  const allowed = compileCidrSet(network.allowedIps.flatMap((text) => parseCidr(text) ?? []));
  if (allowed.coversAll(4) || allowed.coversAll(6)) {
    problems.add(
      env.allowedIps === undefined ? 'allowed_ips' : 'METRICS_ALLOWED_IPS',
      'covers every address, and there is no credential; configure one, or say insecure_allow_unauthenticated: true',
    );
  }
  warnings.push(ALLOWED_IPS_ONLY);
  return true;
}

function buildNetwork({ file, env, problems, warnings }: BuildContext, paths: SettingPaths): NetworkOptions {
  const allowedIps = env.allowedIps ?? file.options.allowed_ips;
  paths.set('network.allowedIps', env.allowedIps === undefined ? 'allowed_ips' : 'METRICS_ALLOWED_IPS');
  paths.set('network.trustedProxies', env.trustProxy === undefined ? 'trusted_proxies' : 'TRUST_PROXY');
  paths.set('network.trustPrivatePeers', 'TRUST_PROXY');
  paths.set('network.clientAddressHeader', 'client_address.header');
  const header = file.options.client_address?.header;
  const base: NetworkOptions = {
    ...(allowedIps !== undefined && { allowedIps }),
    ...(header !== undefined && { clientAddressHeader: header }),
  };
  switch (env.trustProxy?.kind) {
    case 'private_peers':
      warnings.push(TRUST_PROXY_ANY);
      return { ...base, trustPrivatePeers: true };
    case 'none':
      if (header === 'proxy_protocol') {
        problems.add(
          'TRUST_PROXY',
          'trusts nobody, but client_address.header is proxy_protocol, which needs a proxy',
        );
      }
      return { ...base, clientAddressHeader: 'none' };
    case 'cidrs':
      return { ...base, trustedProxies: env.trustProxy.cidrs };
    default: {
      const trustedProxies = file.options.trusted_proxies;
      return { ...base, ...(trustedProxies !== undefined && { trustedProxies }) };
    }
  }
}

function check({ problems }: BuildContext, paths: SettingPaths, options: GuardOptions): void {
  const resolved = resolveGuardOptions(options);
  if (resolved.ok) return;
  for (const { path, message } of resolved.error) {
    // The guard counts in milliseconds and says so by the name of the option, which the operator does not see.
    const unit = path.endsWith('Ms') ? message.replace('a whole number', 'whole milliseconds') : message;
    problems.add(paths.settingOf(path), inOperatorsWords(unit));
  }
}
