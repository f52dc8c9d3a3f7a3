// Views of every kind, each made from its number: all actions, presets, scopes, selections, functions and caps.

import type {
  GaugeFunction,
  LabelAction,
  LabelRule,
  PresetName,
  ViewOptions,
} from '../../../src/views/options.js';
import { Random } from './random.js';

const PRESETS: readonly PresetName[] = ['generic', 'litellm', 'vllm', 'librechat'];
const ACTIONS: readonly LabelAction[] = [
  'keep',
  'pseudonymise',
  'drop',
  'drop',
  'mask',
  'email_domain',
  'truncate_ip',
];
const FUNCTIONS: readonly GaugeFunction[] = ['sum', 'min', 'max', 'avg'];
const LABELS = [
  'client_ip',
  'user',
  'user_email',
  'model',
  'a',
  'b',
  'pid',
  'zone',
  'pod',
  'team',
  'us*',
  '?',
  'end-user',
  'user.email',
  '*',
];
const METRICS = ['f1*', '*_seconds', 'f2', 'f?_total', '*_bucket', 'litellm_*', '*'];
const REVEALED = ['user', 'client_ip', 'user_email', 'route', 'team', 'user.email'];
const RETENTIONS_MS = [1, 30_000, 120_000];

const made = new Map<number, ViewOptions>();

/** The options of the view with this number; the same object each time, so that it need not be compiled anew. */
export function viewOptionsOf(number: number): ViewOptions {
  const options = made.get(number) ?? createViewOptions(number);
  made.set(number, options);
  return options;
}

function createViewOptions(number: number): ViewOptions {
  const random = new Random(number);
  const isSelective = random.chance(0.2);
  const gauges = random.some(METRICS, 2).map((metric) => [metric, random.pick(FUNCTIONS)] as const);
  return {
    name: `view${number}`,
    target: 'target',
    ...(random.chance(0.6) ? { preset: random.pick(PRESETS) } : {}),
    ...(random.chance(0.7) ? { labels: createRules(random) } : {}),
    ...(random.chance(0.2) ? { reveal: [random.pick(REVEALED)] } : {}),
    ...(random.chance(0.25) ? createScope(random) : {}),
    ...(isSelective ? { metrics: createSelection(random) } : {}),
    ...(random.chance(0.5) ? { gauges: Object.fromEntries(gauges) } : {}),
    ...(random.chance(0.2) ? { pseudonymScope: random.pick(['x', 'y']) } : {}),
    ...(random.chance(0.05) ? { maxSeries: random.between(1, 60) } : {}),
    ...(random.chance(0.2) ? { maxValuesPerLabel: random.between(1, 4) } : {}),
    ...(random.chance(0.6) ? { seriesRetentionMs: random.pick(RETENTIONS_MS) } : {}),
  };
}

function createRules(random: Random): readonly LabelRule[] {
  const count = random.between(1, 4);
  return Array.from({ length: count }, () => ({
    label: random.pick(LABELS),
    ...(random.chance(0.3) ? { metric: random.pick(METRICS) } : {}),
    action: random.pick(ACTIONS),
  }));
}

function createScope(random: Random): Pick<ViewOptions, 'only' | 'share' | 'derive' | 'deriveFrom'> {
  const share = random.chance(0.6) ? { share: [random.pick(METRICS)] } : {};
  // Clients choose the model, so nothing can be derived from it.
  if (random.chance(0.2)) return { only: { model: ['1', 'x'], team: ['t1'] }, ...share };
  const isDerived = random.chance(0.6);
  return {
    only: { team: ['t1', 't2'] },
    ...share,
    ...(isDerived ? { derive: true } : {}),
    ...(isDerived && random.chance(0.5) ? { deriveFrom: ['hashed_api_key', 'pid'] } : {}),
  };
}

function createSelection(random: Random): NonNullable<ViewOptions['metrics']> {
  return random.chance(0.5) ? { keep: ['f*', random.pick(METRICS)] } : { drop: [random.pick(METRICS)] };
}
