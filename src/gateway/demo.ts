// The options of the demo: the embedded target, and three views that show what the gate is for.
// Everything an operator would write in a file, with names and tenants that the demo target knows.

import { DEMO_TENANTS } from '../targets/demo-target.js';
import type { ViewOptions } from '../views/options.js';
import type { GatewayOptions, ListenOptions } from './options.js';

/** The views of the demo, each opened by a credential of the same name. */
export const DEMO_VIEW_NAMES = ['operations', 'finance', 'acme'] as const;

/** One of the demo's views. */
export type DemoViewName = (typeof DEMO_VIEW_NAMES)[number];

/** What a demo is made from. */
export interface DemoInput {
  readonly listen: ListenOptions;
  /** SHA-256 digests of the tokens that open the views. */
  readonly digests: Readonly<Record<DemoViewName, Uint8Array>>;
  /** At least 32 bytes. */
  readonly pseudonymKey: Uint8Array;
}

const TARGET = 'demo';

const VIEWS: Readonly<Record<DemoViewName, ViewOptions>> = {
  operations: { name: 'operations', target: TARGET, preset: 'litellm' },
  finance: { name: 'finance', target: TARGET, preset: 'litellm', reveal: ['team_alias', 'user_email'] },
  acme: { name: 'acme', target: TARGET, preset: 'litellm', only: { team: [DEMO_TENANTS.acme.team] } },
};

/** Options of a gateway before the embedded demo target. `operations` also opens the gate's own metrics. */
export function demoGatewayOptions({ listen, digests, pseudonymKey }: DemoInput): GatewayOptions {
  return {
    listen,
    guard: {
      credentials: DEMO_VIEW_NAMES.map((name) => ({
        name,
        proofs: [{ kind: 'bearer', digest: digests[name] }],
        grant: { view: name, target: TARGET, self: name === 'operations' },
      })),
    },
    targets: [{ kind: 'demo', name: TARGET }],
    views: DEMO_VIEW_NAMES.map((name) => VIEWS[name]),
    pseudonymKey,
  };
}
