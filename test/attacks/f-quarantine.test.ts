// Section f of the attack list, for targets whose malformed families are left out: what goes with them, what stays, and
// what still fails the scrape. On the assembled gate.

import { describe, expect, it } from 'vitest';
import type { ViewOptions } from '../../src/views/options.js';
import {
  OPENMETRICS_ACCEPT,
  OPENMETRICS_TYPE,
  BEARER,
  answering,
  startGatewayBefore,
  startUpstream,
  type GatewayScene,
} from '../support/start-gateway.js';

const TEXT_TYPE = 'text/plain; version=0.0.4';
const WHOLE = '# TYPE up gauge\nup{model="m"} 1\n';

/** A gate before a target with `on_malformed: quarantine`, which answers `body`. */
async function startQuarantine(
  body: string | Uint8Array,
  { type = TEXT_TYPE, views }: { readonly type?: string; readonly views?: readonly ViewOptions[] } = {},
): Promise<GatewayScene> {
  const upstream = await startUpstream(answering(body, type));
  return startGatewayBefore(upstream, {
    ready: false,
    ...(views === undefined ? {} : { views }),
    gateway: { targets: [{ name: 'upstream', url: upstream.url, onMalformed: 'quarantine' }] },
  });
}

const get = async (scene: GatewayScene): Promise<{ readonly status: number; readonly text: string }> =>
  scene.get('/metrics', { headers: { Authorization: BEARER, Accept: OPENMETRICS_ACCEPT } });

describe('f. malformed families that are left out', () => {
  it('P2: one malformed line among ten thousand costs its family, is logged without its text, and counted', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `x{n="${index}"} 1`);
    lines[7_000] = 'x{project="a"marker-7f3a"} 1';
    const scene = await startQuarantine(`# TYPE x gauge\n${lines.join('\n')}\n${WHOLE}`);
    expect(await get(scene)).toMatchObject({ status: 200, text: WHOLE });
    const [event] = await scene.audit(1);
    expect(event).toMatchObject({
      status: 200,
      decision: 'allowed',
      seriesIn: 1,
      quarantined: 1,
      detail: 'line 7002: comma or closing brace expected after a label',
    });
    expect(event).not.toHaveProperty('reason');
    expect(JSON.stringify(scene.events)).not.toContain('marker-7f3a');
    expect(await scene.ownMetrics()).toContain('scrapegate_quarantined_families{target="upstream"} 1\n');

    scene.upstream.answer = answering(WHOLE);
    expect(await get(scene)).toMatchObject({ status: 200, text: WHOLE });
    expect((await scene.audit(3)).at(-1)).not.toHaveProperty('quarantined');
    expect(await scene.ownMetrics()).toContain('scrapegate_quarantined_families{target="upstream"} 0\n');
  });

  it.each([
    ['an unescaped quote', 'x{model="a"b"} 1'],
    ['a value that is a whole line', 'x{model="a"} 1\nsecret{user="b"} 1 x'],
    ['a value that ends its line', 'x{model="a\nb"} 1'],
    ['a value that ends its line like a sample', 'x{model="a"} 9\n"} 1'],
    ['an open quote', 'x{model="a} 1'],
  ])('P1: %s: nothing of the line or its family is seen', async (_, line) => {
    const scene = await startQuarantine(`# TYPE x gauge\n${line}\nx{model="c"} 1\n${WHOLE}`);
    expect(await get(scene)).toMatchObject({ status: 200, text: WHOLE });
  });

  it.each([
    ['a label twice', '# TYPE x gauge\nx{a="1",a="2"} 1'],
    ['a series twice', '# TYPE x gauge\nx{a="1"} 1\nx{a="1"} 2'],
    ['TYPE twice, and what it could have meant', '# TYPE x gauge\n# TYPE x summary\nx_sum 1\nx_count 1'],
    ['TYPE after samples', 'x 1\n# TYPE x summary\nx_sum 1\nx_count 1'],
    ['an unknown type', '# TYPE x summery\nx{quantile="1"} 1\nx_sum 1\nx_count 1'],
    ['one sample name, two families', '# TYPE x summary\nx_sum 1\n# TYPE x_count gauge\nx_count 1'],
  ])('P6: %s: both readings go', async (_, lines) => {
    const scene = await startQuarantine(`${lines}\n${WHOLE}`);
    expect(await get(scene)).toMatchObject({ status: 200, text: WHOLE });
  });

  it('P6: a family in two blocks: both go, and what stands between them stays', async () => {
    const scene = await startQuarantine(`# TYPE x gauge\nx 1\n${WHOLE}x{a="1"} 1\nx{a="2"} 1\n`);
    expect(await get(scene)).toMatchObject({ status: 200, text: WHOLE });
  });

  it.each([
    ['P26: no end', 'x 1 y\nup 1\n', OPENMETRICS_TYPE, '# EOF missing'],
    ['P26: a cut-off line', 'x 1 y\nup 1\nz{a="b', TEXT_TYPE, 'line 3: the last line is cut off'],
    ['P5: text behind # EOF', 'up 1\n# EOF\nx 1\n', OPENMETRICS_TYPE, 'line 3: text after # EOF'],
    ['P27: a page', '<html>\n<body>up 1</body>\n</html>\n', TEXT_TYPE, 'line 1: metric name expected'],
    ['P28: a NUL', 'x{a="\0"} 1\nup 1\n', TEXT_TYPE, 'line 1: NUL character'],
    ['P28: CRLF', 'x 1\r\nup 1\r\n', TEXT_TYPE, 'line 1: carriage return'],
    ['P2: nothing that is whole', 'x 1 y\n', TEXT_TYPE, 'line 1: invalid timestamp'],
  ])('%s still fails the scrape', async (_, body, type, detail) => {
    const scene = await startQuarantine(body, { type });
    expect(await get(scene)).toMatchObject({ status: 502, text: 'Bad Gateway\n' });
    expect((await scene.audit(1))[0]).toMatchObject({ reason: 'exposition_invalid', detail });
  });

  it('P19: a flood of malformed families is not remembered: the scrape fails', async () => {
    const flood = Array.from({ length: 2_000 }, (_, index) => `# TYPE x${String(index)} y\n`).join('');
    const scene = await startQuarantine(flood + WHOLE);
    expect(await get(scene)).toMatchObject({ status: 502 });
  });

  it('P14: a counter that is left out for a scrape goes on where it was', async () => {
    const page = (counts: readonly number[], damage = ''): string =>
      `# TYPE x counter\n${counts.map((count, user) => `x{user="${String(user)}"} ${String(count)}\n`).join('')}${damage}${WHOLE}`;
    const views: readonly ViewOptions[] = [
      { name: 'all', target: 'upstream', labels: [{ label: 'user', action: 'drop' }] },
    ];
    const scene = await startQuarantine(page([5, 7]), { views });
    expect((await get(scene)).text).toContain('x 12\n');
    // What was read of it before the malformed line must not count: 1 would look like a start from nothing.
    scene.upstream.answer = answering(page([1, 9], 'x{user="2} 4\n'));
    expect((await get(scene)).text).toBe(WHOLE);
    scene.upstream.answer = answering(page([6, 9]));
    expect((await get(scene)).text).toContain('x 15\n');
  });
});
