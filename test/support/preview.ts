// A preview of some lines of an exposition, under the test key.

import { previewLines, type PreviewText } from '../../src/setup/preview/preview.js';
import type { ViewOptions } from '../../src/views/options.js';
import { TEST_KEY } from './views.js';

/** The lines of a preview. @throws when there is none. */
export function previewOf(
  lines: readonly string[],
  view: Partial<ViewOptions> = {},
  text: PreviewText = {},
): readonly string[] {
  const preview = previewLines(
    {
      view: { name: 'view', target: 'target', ...view },
      source: {
        body: new TextEncoder().encode(`${lines.join('\n')}\n`),
        format: lines.at(-1) === '# EOF' ? 'openmetrics' : 'text',
        quotedNames: true,
      },
      pseudonymKey: TEST_KEY,
      nowMs: 0,
    },
    text,
  );
  if (!preview.ok) throw new Error(JSON.stringify(preview.error));
  return preview.value;
}
