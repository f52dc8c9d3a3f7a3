// `scrapegate preview`: what a view would show of a target, beside what the target says, and why. Serves and keeps
// nothing. Without `--show-values` it prints names and counts alone, so that its output can be shown to others.

import { loadConfiguration } from '../config/load.js';
import { ScrapegateError } from '../errors.js';
import { fillTemplate } from '../gateway/view-template.js';
import { previewLines, type PreviewInput, type PreviewProblem } from '../setup/preview/preview.js';
import { parseSeriesSelector, type SeriesSelector } from '../setup/preview/series-selector.js';
import type { ViewOptions } from '../views/options.js';
import { isPresetName, PRESET_NAMES } from '../views/presets.js';
import type { CliContext } from './context.js';
import { EXIT_OK } from './exit-codes.js';
import { fetchExposition, isUrl, readInput, readTokenFile, targetFailed } from './exposition-input.js';
import { colours } from './report.js';

/** What was asked for. */
export interface PreviewCommandOptions {
  readonly config?: string;
  readonly 'web.config.file'?: string;
  readonly view?: string;
  /** Instead of a view of the configuration: one that has a preset and nothing else. */
  readonly preset?: string;
  /** Values of the claim, for a view that depends on one. */
  readonly claim?: readonly string[];
  readonly bearerTokenFile?: string;
  readonly explain?: string;
  readonly showValues?: boolean;
  readonly all?: boolean;
}

type Chosen = Pick<PreviewInput, 'view' | 'pseudonymKey' | 'onMalformed'> & {
  /** The view's own target. */
  readonly target?: Parameters<typeof fetchExposition>[0];
};

/**
 * Prints the preview of a view; `source` is a URL, a file, or `-` for standard input, and the view's target by default.
 * @throws {ScrapegateError} for a wrong configuration or usage, and where there is no exposition to look at
 */
export async function preview(
  source: string | undefined,
  options: PreviewCommandOptions,
  context: CliContext,
): Promise<number> {
  const explain = readSelector(options.explain);
  const chosen = await chooseView(options, context);
  const bytes = await readSource(source, options, chosen, context);
  const { stdout, env, clock } = context;
  const lines = previewLines(
    { ...chosen, source: bytes, nowMs: clock.nowMs() },
    { explain, showValues: options.showValues, showUnchanged: options.all },
  );
  if (!lines.ok) throw previewError(lines.error);
  const paint = colours(stdout, env);
  stdout.write(
    `${[
      `View ${chosen.view.name} of target ${chosen.view.target}`,
      '',
      ...lines.value.map((line) => paintLine(line, paint)),
      '',
      ...notes(options, chosen),
    ].join('\n')}\n`,
  );
  return EXIT_OK;
}

async function chooseView(options: PreviewCommandOptions, context: CliContext): Promise<Chosen> {
  const { config, preset, view: name, claim, 'web.config.file': webConfigPath } = options;
  if (preset !== undefined) return viewOfPreset(preset, name !== undefined || config !== undefined);
  const { env, nodeVersion } = context;
  if (name === undefined && config === undefined && !isConfigured(env))
    throw usage('say what to show: --preset with a URL or a file, or --config with --view');
  const { options: gateway } = await loadConfiguration({
    ...(config !== undefined && { configPath: config }),
    ...(webConfigPath !== undefined && { webConfigPath }),
    env,
    nodeVersion,
    createFiles: false,
  });
  const { views, viewTemplates = [], targets, pseudonymKey } = gateway;
  const template = viewTemplates.find((candidate) => candidate.view.name === name);
  if (template !== undefined && claim === undefined)
    throw usage('--claim: is missing; the view depends on the value of a claim');
  if (template === undefined && claim !== undefined)
    throw usage('--claim: the view does not depend on a claim');
  const view: ViewOptions | undefined =
    template === undefined
      ? views.find((candidate) => candidate.name === name)
      : fillTemplate(template, claim ?? []);
  if (view === undefined) {
    const known = [...views, ...viewTemplates.map((each) => each.view)].map((each) => each.name);
    const expected =
      known.length === 0 ? 'the configuration has no view' : `expected one of ${known.join(', ')}`;
    throw usage(`--view: ${name === undefined ? 'is missing' : 'is not known'}; ${expected}`);
  }
  const target = targets.find((candidate) => candidate.name === view.target);
  if (target === undefined || 'kind' in target) return { view, pseudonymKey };
  return { view, pseudonymKey, onMalformed: target.onMalformed, target };
}

function viewOfPreset(preset: string, hasView: boolean): Chosen {
  if (hasView) throw usage('--preset stands for a view without a configuration');
  if (!isPresetName(preset)) throw usage(`--preset: expected one of ${PRESET_NAMES.join(', ')}`);
  return { view: { name: preset, target: 'preview', preset } };
}

/** Whether variables say where a configuration is, or are one. */
function isConfigured(env: CliContext['env']): boolean {
  return env['SCRAPEGATE_CONFIG'] !== undefined || env['SCRAPEGATE_TARGET'] !== undefined;
}

async function readSource(
  source: string | undefined,
  { bearerTokenFile }: PreviewCommandOptions,
  { target }: Chosen,
  context: CliContext,
): Promise<PreviewInput['source']> {
  if (bearerTokenFile !== undefined && (source === undefined || !isUrl(source)))
    throw usage('--bearer-token-file: is for a URL; the target of the view has its own credential');
  if (source === undefined) {
    if (target === undefined) throw usage('expected a URL or a file');
    return fetchExposition(target, context);
  }
  if (!isUrl(source)) return readInput(source, context);
  // The credential of the configured target is not for another address.
  const credential =
    bearerTokenFile === undefined
      ? undefined
      : { kind: 'bearer' as const, token: readTokenFile(bearerTokenFile) };
  return fetchExposition({ name: 'preview', url: source, ...(credential && { credential }) }, context);
}

function readSelector(text: string | undefined): SeriesSelector | undefined {
  if (text === undefined) return undefined;
  const selector = parseSeriesSelector(text);
  if (selector === undefined)
    throw usage('--explain: expected one series, such as \'requests_total{code="200"}\'');
  return selector;
}

function previewError(problem: PreviewProblem): ScrapegateError {
  return problem.kind === 'no_such_series'
    ? usage('--explain: the target has no such series')
    : targetFailed(`what was read is no whole exposition: ${problem.detail}`);
}

function notes({ showValues, explain }: PreviewCommandOptions, { pseudonymKey }: Chosen): readonly string[] {
  if (showValues !== true)
    return [
      `Values are not shown${explain === undefined ? '' : ': … stands for one, p_… for a pseudonym'}; --show-values shows them, and then this is not for others to see.`,
    ];
  return pseudonymKey === undefined ? ['Pseudonyms are those of this preview: the gate has no key yet.'] : [];
}

function paintLine(line: string, paint: ReturnType<typeof colours>): string {
  if (line.startsWith('- ')) return paint.red(line);
  if (line.startsWith('~ ')) return paint.yellow(line);
  return /^(?:Labels|Families|Series|In the view)$/.test(line) ? paint.bold(line) : line;
}

function usage(message: string): ScrapegateError {
  return new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', message);
}
