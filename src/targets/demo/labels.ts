// Label sets of the demo's series, in the groups in which LiteLLM attaches them. Pure.

import type { Label } from '../../exposition/model.js';
import type { DemoDeployment, DemoKey, DemoTraffic } from './population.js';

/** Label values by name. */
export type LabelValues = Readonly<Record<string, string>>;

/** As LiteLLM prints a label set: by name. */
export function toLabels(values: LabelValues): readonly Label[] {
  return Object.entries(values)
    .map(([name, value]) => ({ name, value }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The virtual key. */
export function keyLabels(key: DemoKey): LabelValues {
  return { hashed_api_key: key.hash, api_key_alias: key.alias };
}

/** The team. */
export function teamLabels({ tenant }: Pick<DemoKey, 'tenant'>): LabelValues {
  return { team: tenant?.team ?? 'None', team_alias: tenant?.teamAlias ?? 'None' };
}

/** The organisation. */
function orgLabels({ tenant }: Pick<DemoKey, 'tenant'>): LabelValues {
  return { org_id: tenant?.orgId ?? 'None', org_alias: tenant?.orgAlias ?? 'None' };
}

/** Who: end user, key, team, user. */
function whoLabels({ key, user, endUser }: DemoTraffic): LabelValues {
  return { end_user: endUser, ...keyLabels(key), ...teamLabels(key), user: user.id };
}

/** Where from. */
export function netLabels({ clientIp, userAgent }: DemoTraffic): LabelValues {
  return { client_ip: clientIp, user_agent: userAgent };
}

/** The deployment that answers. */
export function deploymentLabels({ model, modelId, apiBase, provider }: DemoDeployment): LabelValues {
  return { litellm_model_name: model, model_id: modelId, api_base: apiBase, api_provider: provider };
}

/** The limits of a deployment towards one key. */
export function limitLabels(key: DemoKey, deployment: DemoDeployment): LabelValues {
  return { model_group: deployment.requestedModel, ...deploymentLabels(deployment), ...keyLabels(key) };
}

/** Everything about the account and the model asked for. */
export function accountLabels(traffic: DemoTraffic): LabelValues {
  const { requestedModel, modelId, provider } = traffic.deployment;
  return {
    ...whoLabels(traffic),
    user_email: traffic.user.email,
    requested_model: requestedModel,
    model_id: modelId,
    api_provider: provider,
    ...orgLabels(traffic.key),
  };
}

/** The same, and the model that answered. */
export function modelLabels(traffic: DemoTraffic): LabelValues {
  return { ...accountLabels(traffic), model: traffic.deployment.model };
}
