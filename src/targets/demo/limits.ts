// The demo's gauges: deployments, what providers still allow, and budgets. Pure.

import type { ExpositionFormat, Family } from '../../exposition/model.js';
import { mergeStreams, type Active, type DemoMoment } from './activity.js';
import { counter, gauge, type DemoSeries } from './families.js';
import { deploymentLabels, keyLabels, limitLabels, netLabels, teamLabels } from './labels.js';
import { swing } from './motion.js';
import {
  COST_UNITS_PER_DOLLAR,
  DEMO_DEPLOYMENTS,
  DEMO_KEYS,
  DEMO_TENANTS,
  DEMO_USERS,
  type DemoTraffic,
} from './population.js';

const BUDGET_HOURS = 720;
const HOUR_MS = 3_600_000;
/** In dollars, the same for everybody. */
const USER_BUDGET = 300;
/** How LiteLLM says that there is no limit. */
const NO_LIMIT = 2 ** 63;

/** Requests to the deployments, their states, and the limits of their providers. */
export function deploymentFamilies(
  active: readonly Active[],
  { elapsedMs }: DemoMoment,
  format: ExpositionFormat,
): Family[] {
  const requests = active.map(({ traffic, counts }) => ({
    labels: {
      requested_model: traffic.deployment.requestedModel,
      ...deploymentLabels(traffic.deployment),
      ...keyLabels(traffic.key),
      ...teamLabels(traffic.key),
      ...netLabels(traffic),
    },
    value: counts.all,
  }));
  const remaining = (limit: number, used: (one: Active) => number): DemoSeries[] =>
    mergeStreams(active, ({ key, deployment }) => [key.hash, deployment.modelId]).map((one) => ({
      labels: limitLabels(one.traffic.key, one.traffic.deployment),
      value: limit - (used(one) % limit),
    }));
  return [
    counter('litellm_deployment_total_requests', 'Requests to a deployment.', requests, format),
    gauge(
      'litellm_deployment_state',
      'State of a deployment: 0 healthy, 1 partly failing, 2 failing.',
      DEMO_DEPLOYMENTS.map((deployment, i) => ({
        labels: deploymentLabels(deployment),
        value: i === 3 ? swing(0, 2, 240_000, elapsedMs) : 0,
      })),
    ),
    gauge(
      'litellm_remaining_requests_metric',
      'Requests that the provider still allows.',
      remaining(5000, ({ counts }) => counts.all),
    ),
    gauge(
      'litellm_remaining_tokens_metric',
      'Tokens that the provider still allows.',
      remaining(2_000_000, ({ counts, traffic }) => counts.all * traffic.deployment.inputTokens),
    ),
    gauge(
      'litellm_remaining_api_key_requests_for_model',
      'Requests that a key may still make for a model.',
      DEMO_KEYS.slice(0, 3).map((key) => ({
        labels: { ...keyLabels(key), model: 'gpt-4o', model_id: 'None' },
        value: NO_LIMIT,
      })),
    ),
  ];
}

/** What teams, keys and users may spend and have left. */
export function budgetFamilies(active: readonly Active[], { elapsedMs }: DemoMoment): Family[] {
  const spent = (mine: (traffic: DemoTraffic) => boolean): number =>
    active
      .filter(({ traffic }) => mine(traffic))
      .reduce((sum, { traffic, counts }) => sum + counts.succeeded * traffic.deployment.costUnits, 0) /
    COST_UNITS_PER_DOLLAR;
  const hoursLeft = BUDGET_HOURS - (Math.floor(elapsedMs / HOUR_MS) % BUDGET_HOURS);

  const tenants = Object.values(DEMO_TENANTS);
  const people = DEMO_USERS.filter(({ email }) => email !== 'None');
  const perTeam = (value: (tenant: (typeof tenants)[number]) => number): DemoSeries[] =>
    tenants.map((tenant) => ({ labels: teamLabels({ tenant }), value: value(tenant) }));
  return [
    gauge(
      'litellm_remaining_team_budget_metric',
      'Dollars that a team has left.',
      perTeam((tenant) =>
        left(
          tenant.budget,
          spent(({ key }) => key.tenant === tenant),
        ),
      ),
    ),
    gauge(
      'litellm_team_max_budget_metric',
      'Dollars that a team may spend.',
      perTeam(({ budget }) => budget ?? Infinity),
    ),
    gauge(
      'litellm_team_budget_remaining_hours_metric',
      'Hours until the budget of a team begins anew.',
      perTeam(() => hoursLeft),
    ),
    gauge(
      'litellm_remaining_api_key_budget_metric',
      'Dollars that a key has left.',
      DEMO_KEYS.map((key) => ({
        labels: keyLabels(key),
        value: left(
          key.budget,
          spent((traffic) => traffic.key === key),
        ),
      })),
    ),
    gauge(
      'litellm_api_key_max_budget_metric',
      'Dollars that a key may spend.',
      DEMO_KEYS.map((key) => ({ labels: keyLabels(key), value: key.budget ?? Infinity })),
    ),
    gauge(
      'litellm_remaining_user_budget_metric',
      'Dollars that a user has left.',
      people.map((user) => ({
        labels: { user: user.id, user_email: user.email },
        value: left(
          USER_BUDGET,
          spent((traffic) => traffic.user === user),
        ),
      })),
    ),
  ];
}

/** A budget begins anew when it is used up; none is infinite, as LiteLLM has it. */
function left(budget: number | undefined, used: number): number {
  return budget === undefined ? Infinity : budget - (used % budget);
}
