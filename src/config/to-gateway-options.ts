// File and environment together to the options of a gateway. The environment stands over the file.
// Reads the files that settings name, and makes the pseudonym key where a state file asks for one.

import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import type { PresetName } from '../views/options.js';
import { buildTemplates } from './build-claimed-views.js';
import { DEFAULT_VIEW, type BuildContext } from './build-context.js';
import { buildFront } from './build-front.js';
import { buildGuard, needsDefaultView } from './build-guard.js';
import { checkSharing } from './build-limits.js';
import { buildListeners } from './build-listeners.js';
import { buildState, type PseudonymKeySource } from './build-state.js';
import { buildTargets } from './build-targets.js';
import { buildTls } from './build-tls.js';
import { buildViews, implicitDefaultView } from './build-views.js';
import { optionWarnings } from './warnings.js';

/** What else decides about the options. */
export interface GatewayOptionsInput {
  /** From the command line; stronger than file and environment. */
  readonly listen: ListenOptions | undefined;
  /** As `process.versions.node`. */
  readonly nodeVersion: string;
  /** Whether a missing pseudonym key may be made. */
  readonly createFiles: boolean;
}

/** The options of a gateway, and what they no longer show of the configuration. */
export interface BuiltConfiguration {
  readonly options: GatewayOptions;
  /** Presets that targets give to their views, by name of the target. */
  readonly targetPresets: ReadonlyMap<string, PresetName>;
  readonly keySource: PseudonymKeySource;
  /** Whether a listener of its own was asked for on the port that `listen` has already. */
  readonly sharesListener: boolean;
}

/** Builds everything. Only worth anything when the context has no problems afterwards. */
export async function toGatewayOptions(
  context: BuildContext,
  input: GatewayOptionsInput,
): Promise<BuiltConfiguration> {
  const targets = buildTargets(context);
  const ownViews = buildViews(context, targets);
  const implicitView =
    needsDefaultView(context) && !context.file.names.views.includes(DEFAULT_VIEW)
      ? implicitDefaultView(context, targets)
      : undefined;
  const views = implicitView === undefined ? ownViews : [...ownViews, implicitView];
  const templates = buildTemplates(context, targets);
  const guard = await buildGuard(context, { views, templates });
  const tls = buildTls(context);
  const { sharesListener, ...listeners } = buildListeners(context, input.listen);
  await checkSharing(context);
  // Last: it makes no file where there is a problem.
  const { options: state, keySource } = buildState(context, input.createFiles);
  const shutdownDeadlineMs = context.file.options.shutdown_deadline;
  const options: GatewayOptions = {
    ...listeners,
    ...buildFront(context),
    ...(tls !== undefined && { tls }),
    guard,
    targets: targets.map((target) => target.options),
    views,
    ...(templates.length > 0 && { viewTemplates: templates }),
    ...state,
    ...(shutdownDeadlineMs !== undefined && { shutdownDeadlineMs }),
  };
  return {
    options: {
      ...options,
      warnings: [
        ...context.warnings,
        ...(context.web?.warnings ?? []),
        ...optionWarnings(options, input.nodeVersion),
      ],
    },
    targetPresets: new Map(
      targets.flatMap(({ options: { name }, preset }) => (preset === undefined ? [] : [[name, preset]])),
    ),
    keySource,
    sharesListener,
  };
}
