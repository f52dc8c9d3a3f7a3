// The options of the demo: the embedded target, and three views that show what the gate is for.
// Everything an operator would write in a file, with names and tenants that the demo target knows; and one series of
// that target beside what a view makes of it. Its people are made up, so that they may be shown.

import { joinChunks } from '../internal/byte-chunks.js';
import type { Clock } from '../internal/clock.js';
import { createDemoTarget, DEMO_TENANTS } from '../targets/demo-target.js';
import { compileView } from '../views/compile-view.js';
import type { ViewOptions } from '../views/options.js';
import { createImmediateRenderer } from '../views/engine/view-renderer.js';
import { resolveViewOptions } from '../views/resolve-options.js';
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

/** One series of the demo target, and the same one in the view `operations`. */
export interface DemoComparison {
  readonly metric: string;
  /** Some labels and the value: `{user_email="…", client_ip="…"} 890`. */
  readonly before: string;
  readonly after: string;
}

const COMPARED_METRIC = 'litellm_proxy_total_requests_metric_total';
const COMPARED_LABELS = ['user_email', 'team_alias', 'client_ip'];
/** A series of a person, so that there is something to hide. */
const OF_A_PERSON = /user_email="[^"]*@/;

/** Compares one series; undefined where the demo has none of its kind. */
export async function compareDemoSeries(
  pseudonymKey: Uint8Array,
  clock: Clock,
): Promise<DemoComparison | undefined> {
  const target = createDemoTarget(TARGET, { clock });
  const fetched = await target.fetch('text');
  await target.close();
  if (!fetched.ok) return undefined;
  const { body, format } = fetched.value;
  const view = compileView(resolveViewOptions(VIEWS.operations), pseudonymKey);
  const show = (exposition: Uint8Array): readonly string[] => {
    const rendered = createImmediateRenderer(view).render(exposition, format, clock.nowMs());
    return rendered.ok ? comparedLines(joinChunks(rendered.value.body)) : [];
  };
  const line = comparedLines(body).find((candidate) => OF_A_PERSON.test(candidate)) ?? '';
  // Alone, the series shows what it is called in the view; among the others it has their sum.
  const [alone = ''] = show(new TextEncoder().encode(`# TYPE ${COMPARED_METRIC} counter\n${line}\n`));
  const after = show(body).find((candidate) => seriesKey(candidate) === seriesKey(alone));
  if (after === undefined) return undefined;
  return { metric: COMPARED_METRIC, before: excerpt(line), after: excerpt(after) };
}

function comparedLines(body: Uint8Array): readonly string[] {
  const lines = new TextDecoder().decode(body).split('\n');
  return lines.filter((line) => line.startsWith(`${COMPARED_METRIC}{`));
}

function seriesKey(line: string): string {
  return line.slice(0, line.lastIndexOf(' '));
}

function excerpt(line: string): string {
  const labels = COMPARED_LABELS.flatMap((name) => new RegExp(`\\b${name}="[^"]*"`).exec(line) ?? []);
  return `{${labels.join(', ')}, …} ${String(Number(line.slice(line.lastIndexOf(' ') + 1)))}`;
}
