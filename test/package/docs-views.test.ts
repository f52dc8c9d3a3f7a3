// Every example of what a view does is rendered, scrape after scrape; the tables of presets are those of the code.

import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/config/load.js';
import {
  MAX_FAMILIES,
  MAX_HELP_BYTES,
  MAX_IDLE_LINES,
  MAX_LABELS,
  MAX_LABEL_VALUE_BYTES,
  MAX_NAME_BYTES,
} from '../../src/exposition/limits.js';
import { MAX_LINE_BYTES } from '../../src/exposition/lines.js';
import type { PresetName, ViewOptions } from '../../src/views/options.js';
import { PRESET_NAMES, PRESETS } from '../../src/views/presets.js';
import type { PresetGroup } from '../../src/views/presets/preset.js';
import { LABEL_ACTIONS, resolveViewOptions } from '../../src/views/resolve-options.js';
import { MAX_LINK_VALUES } from '../../src/views/membership.js';
import { MAX_ADMITTED_VALUES } from '../../src/views/value-caps.js';
import { readPage } from '../support/documentation.js';
import { codeSpans, fencedBlocks, tableUnder } from '../support/markdown.js';
import { rendererOf, type TestRenderer } from '../support/views.js';

const PAGE = 'docs/views.md';

/** The view that a snippet describes, read by the real loader. */
async function viewOf(snippet: string): Promise<ViewOptions> {
  const file = [
    'targets: { example: { url: "http://127.0.0.1:4000/metrics/" } }',
    'credentials: { example: { username: example, password_hash: "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", view: example } }',
    'views:',
    '  example:',
    ...snippet.split('\n').map((line) => `    ${line}`),
  ].join('\n');
  const { options } = await loadConfiguration({
    configPath: 'scrapegate.yml',
    env: {},
    nodeVersion: '24.17.0',
    readFile: () => new TextEncoder().encode(file),
  });
  const [view] = options.views;
  if (view === undefined) throw new Error('the snippet makes no view');
  return view;
}

interface Example {
  readonly place: string;
  /** Undefined continues with the renderer of the example before. */
  readonly view: string | undefined;
  readonly input: string;
  readonly output: string;
}

function examplesOf(path: string): readonly Example[] {
  const examples: Example[] = [];
  let view: string | undefined;
  let input: string | undefined;
  for (const { info, text, line } of fencedBlocks(readPage(path))) {
    if (info === 'yaml view') view = text;
    if (info === 'text in') input = text;
    if (info !== 'text out') continue;
    if (input === undefined) throw new Error(`${path}:${String(line)}: an output without an input`);
    examples.push({ place: `${path}:${String(line)}`, view, input, output: text });
    view = undefined;
    input = undefined;
  }
  return examples;
}

function rendered(renderer: TestRenderer, input: string): string {
  const result = renderer.render(new TextEncoder().encode(input), 'text', 0);
  if (!result.ok) throw new Error(`line ${String(result.error.line)}: ${result.error.reason}`);
  return new TextDecoder().decode(result.value.body);
}

describe('examples of views', () => {
  const examples = examplesOf(PAGE);
  let renderer: TestRenderer | undefined;

  it('are there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(9);
  });

  // In order: an example without a view of its own is the next scrape of the one before.
  it.each(examples)('hold: $place', async ({ view, input, output }) => {
    if (view !== undefined) renderer = rendererOf(await viewOf(view));
    if (renderer === undefined) throw new Error('the first example has no view');
    expect(rendered(renderer, input)).toBe(output);
  });

  it('of README.md hold under its first set-up', () => {
    const [example, ...others] = examplesOf('README.md');
    expect(others).toEqual([]);
    expect(rendered(rendererOf({ preset: 'litellm' }), example?.input ?? '')).toBe(example?.output);
  });
});

describe('the tables', () => {
  const page = readPage(PAGE);

  it('of actions lists every action', () => {
    const documented = tableUnder(page, 'Label policy').map(([action = '']) => action.replaceAll('`', ''));
    expect(documented).toEqual(LABEL_ACTIONS);
  });

  it('of limits says what the limits are', () => {
    const limits = new Map(tableUnder(page, 'Limits').map(([what = '', much = '']) => [what, much]));
    const { maxSeries, seriesRetentionMs } = resolveViewOptions({ name: 'view', target: 'target' });
    expect(limits.get('series of the target')).toContain(maxSeries.toLocaleString('en-GB'));
    const kib = (bytes: number): string => `${String(bytes / 1024)} KiB`;
    expect(limits.get('labels of one series')).toBe(String(MAX_LABELS));
    expect(limits.get('metrics')).toBe(MAX_FAMILIES.toLocaleString('en-GB'));
    expect(limits.get('name of a metric or a label')).toBe(kib(MAX_NAME_BYTES));
    expect([MAX_LABEL_VALUE_BYTES, MAX_HELP_BYTES].map(kib)).toEqual(['64 KiB', '64 KiB']);
    expect(limits.get('value of a label, HELP text')).toBe('64 KiB each');
    expect(limits.get('blank lines and comments')).toBe(MAX_IDLE_LINES.toLocaleString('en-GB'));
    expect(limits.get('bytes of one line')).toBe(`${String(MAX_LINE_BYTES / 1024 / 1024)} MiB`);
    expect(limits.get('values with a name of their own')).toContain(
      MAX_ADMITTED_VALUES.toLocaleString('en-GB'),
    );
    expect(limits.get('identifiers of a view with `derive`')).toContain(
      MAX_LINK_VALUES.toLocaleString('en-GB'),
    );
    expect(limits.get('vanished inputs remembered')).toContain('one day');
    expect(seriesRetentionMs).toBe(86_400_000);
  });
});

describe('presets', () => {
  const page = readPage(PAGE);
  const rowsOf = (groups: readonly PresetGroup[]): readonly (readonly string[])[] =>
    groups.map(({ subject, action, labels }) => [
      subject,
      `\`${action}\``,
      labels.map((label) => `\`${label}\``).join(', '),
    ]);
  const own = (preset: PresetName): readonly PresetGroup[] =>
    PRESETS[preset].groups.filter((group) => preset === 'generic' || !PRESETS.generic.groups.includes(group));

  it('have a section each', () => {
    const headings = [...page.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(expect.arrayContaining([...PRESET_NAMES]));
  });

  it.each(['generic', 'vllm', 'librechat'] as const)('%s hides what its table says', (preset) => {
    expect(tableUnder(page, preset)).toEqual(rowsOf(own(preset)));
  });

  it.each(PRESET_NAMES)('%s ends with the rules of generic', (preset) => {
    expect(PRESETS[preset].groups).toEqual([
      ...(preset === 'generic' ? [] : own(preset)),
      ...PRESETS.generic.groups,
    ]);
  });

  it('litellm has no rules of its own, as the page says', () => {
    expect(own('litellm')).toEqual([]);
  });

  it.each([
    ['litellm', 'litellm'],
    ['vllm', 'Gauges of vllm'],
    ['librechat', 'Gauges of librechat'],
  ] as const)('%s puts gauges together as its table says', (preset, heading) => {
    const documented = tableUnder(page, heading).map((row) => row.map((cell) => cell.replaceAll('`', '')));
    expect(documented).toEqual(PRESETS[preset].gauges);
  });

  it('generic has no functions, and placeholders are listed', () => {
    expect(PRESETS.generic.gauges).toEqual([]);
    const lines = page.split('\n').filter((line) => line.startsWith('Placeholders: '));
    const [generic = '', litellm = ''] = lines;
    expect(codeSpans(generic)).toEqual(PRESETS.generic.placeholders.filter((value) => value !== ''));
    expect(codeSpans(litellm).slice(1)).toEqual(
      PRESETS.litellm.placeholders.slice(PRESETS.generic.placeholders.length),
    );
    for (const preset of ['vllm', 'librechat'] as const) {
      expect(PRESETS[preset].placeholders).toEqual(PRESETS.generic.placeholders);
    }
  });

  it('generic and litellm have the identifiers that the page names, the others those of generic', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('Identifiers for `derive`: '));
    expect(lines.map((line) => codeSpans(line).slice(1))).toEqual([
      PRESETS.generic.membership.links,
      PRESETS.litellm.membership.links,
    ]);
    for (const preset of ['vllm', 'librechat'] as const) {
      expect(PRESETS[preset].membership).toEqual(PRESETS.generic.membership);
    }
  });

  /** What the pages promise to stay readable stays so, and what they say is hidden is. */
  it.each(PRESET_NAMES)('%s keeps what SECURITY.md says', (preset) => {
    const kept = tableOfKept();
    const input = `# TYPE m gauge\nm{${kept.map((label) => `${label}="value"`).join(',')}} 1\n`;
    expect(kept.length).toBeGreaterThan(8);
    expect(rendered(rendererOf({ preset }), input)).toBe(input);
  });
});

/** Label names in the list under "What presets keep" of SECURITY.md. */
function tableOfKept(): readonly string[] {
  const section = readPage('SECURITY.md').split('## What presets keep')[1] ?? '';
  const items = section.split('\n').filter((line) => line.startsWith('- '));
  return items.flatMap((line) => codeSpans(line));
}
