import { describe, expect, it } from 'vitest';
import {
  createViewInstances,
  type InstanceBounds,
  type ViewInstances,
} from '../../../src/gateway/view-instances.js';
import { compileTemplate, type CompiledTemplate } from '../../../src/gateway/view-template.js';
import { joinChunks } from '../../../src/internal/byte-chunks.js';
import type { SavedViews } from '../../../src/views/state-file.js';
import { PSEUDONYM_KEY } from '../../support/start-gateway.js';

const SCOPED = { view: { name: 'tenant', target: 'upstream' }, scopedLabels: ['team'] };
const TEMPLATE = compileTemplate(SCOPED, PSEUDONYM_KEY);
const OTHER = compileTemplate({ ...SCOPED, view: { ...SCOPED.view, name: 'other' } }, PSEUDONYM_KEY);

/** Counters of teams, each of them the sum of its clients. */
function exposition(teams: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const lines = Object.entries(teams).flatMap(([team, values]) =>
    values.map((value, index) => `x{team="${team}",client_ip="10.0.0.${index}"} ${value}\n`),
  );
  return Buffer.from(`# TYPE x counter\n${lines.join('')}`);
}

interface Scene {
  readonly instances: ViewInstances;
  readonly forgotten: readonly string[];
  readonly atHand: () => Readonly<Record<string, number>>;
  /** What a scrape of a team's view says. */
  readonly scrape: (team: string, body: Uint8Array, template?: CompiledTemplate) => Promise<string>;
}

function scene(saved: SavedViews = new Map(), bounds?: InstanceBounds): Scene {
  const forgotten: string[] = [];
  const instances = createViewInstances([TEMPLATE, OTHER], {
    saved,
    readerOf: () => undefined,
    onForgotten: (template) => forgotten.push(template),
    ...(bounds && { bounds }),
  });
  return {
    instances,
    forgotten,
    atHand: () => Object.fromEntries(instances.atHand()),
    scrape: async (team, body, template = TEMPLATE) => {
      const rendered = await instances.rendererOf(template, [team]).render(body, 'text', 0);
      if (!rendered.ok) throw new Error(rendered.error.reason);
      return /^x(?:\{.*\})? .*$/m.exec(new TextDecoder().decode(joinChunks(rendered.value.body)))?.[0] ?? '';
    },
  };
}

describe('createViewInstances', () => {
  it('makes a view with its first scrape, and shows it its own tenant alone', async () => {
    const { instances, atHand, scrape } = scene();
    instances.rendererOf(TEMPLATE, ['a']);
    expect(atHand()).toEqual({ tenant: 0, other: 0 });
    const body = exposition({ a: [1, 2], b: [40] });
    expect(await scrape('a', body)).toBe('x{team="a"} 3');
    expect(await scrape('b', body)).toBe('x{team="b"} 40');
    expect(await scrape('c', body)).toBe('');
    expect(await scrape('a', body, OTHER)).toBe('x{team="a"} 3');
    expect(atHand()).toEqual({ tenant: 3, other: 1 });
  });

  it('tells which were scraped last, by a part of a hash, and only so many', async () => {
    const { instances, scrape } = scene();
    const body = exposition({ a: [1, 2], b: [40] });
    for (const team of ['a', 'b', 'a', 'c']) await scrape(team, body);
    await scrape('a', body, OTHER);
    const recent = instances.recent('tenant', 10);
    expect(recent.map(({ seriesOut }) => seriesOut)).toEqual([0, 1, 1]);
    expect(
      recent.every(({ id, seriesIn, atMs }) => /^[\w-]{12}$/.test(id) && seriesIn === 3 && atMs === 0),
    ).toBe(true);
    expect(new Set(recent.map(({ id }) => id)).size).toBe(3);
    expect(instances.recent('tenant', 2)).toEqual(recent.slice(0, 2));
    expect(instances.recent('unknown', 2)).toEqual([]);
  });

  it('makes one view for scrapes that come at once', async () => {
    const { atHand, scrape } = scene();
    const bodies = [[1, 2], [2, 2], [3]].map((values) => exposition({ a: values }));
    // Another view would not know what has vanished since.
    expect(await Promise.all(bodies.map((body) => scrape('a', body)))).toEqual([
      'x{team="a"} 3',
      'x{team="a"} 4',
      'x{team="a"} 5',
    ]);
    expect(atHand()).toEqual({ tenant: 1, other: 0 });
  });

  it('puts away the view that was used longest ago, whose counters go on when it comes back', async () => {
    const { atHand, scrape, forgotten } = scene(new Map(), { maxAtHand: 2, maxKnown: 10 });
    const body = exposition({ a: [1, 2], b: [1, 2], c: [1, 2] });
    for (const team of ['a', 'b', 'a', 'c']) await scrape(team, body);
    expect(atHand()).toEqual({ tenant: 2, other: 0 });
    // A view that began anew would show what is left: 2.
    expect(await scrape('b', exposition({ b: [1] }))).toBe('x{team="b"} 3');
    expect(await scrape('a', exposition({ a: [4] }))).toBe('x{team="a"} 6');
    expect(forgotten).toEqual([]);
  });

  it('forgets the counters that were used longest ago past the bound, and says so', async () => {
    const { instances, scrape, forgotten } = scene(new Map(), { maxAtHand: 1, maxKnown: 2 });
    for (const team of ['a', 'b', 'c']) await scrape(team, exposition({ [team]: [1, 2] }));
    expect(forgotten).toEqual(['tenant']);
    expect(instances.counters().size).toBe(2);
    expect(await scrape('b', exposition({ b: [1] }))).toBe('x{team="b"} 3');
    expect(await scrape('a', exposition({ a: [1] }))).toBe('x{team="a"} 1');
  });

  it('never puts away a view that is being rendered', async () => {
    const { atHand, scrape } = scene(new Map(), { maxAtHand: 1, maxKnown: 1 });
    const body = exposition({ a: [1, 2], b: [1, 2], c: [1, 2] });
    const under = ['a', 'b', 'c'].map((team) => scrape(team, body));
    expect(atHand()).toEqual({ tenant: 3, other: 0 });
    expect(await Promise.all(under)).toEqual(['a', 'b', 'c'].map((team) => `x{team="${team}"} 3`));
    expect(atHand()).toEqual({ tenant: 1, other: 0 });
  });

  it('holds no view busy after a scrape that was refused', async () => {
    const { atHand, scrape } = scene(new Map(), { maxAtHand: 1, maxKnown: 2 });
    await expect(scrape('a', Buffer.from('no exposition'))).rejects.toThrow('the last line is cut off');
    await scrape('b', exposition({ b: [1] }));
    expect(atHand()).toEqual({ tenant: 1, other: 0 });
  });

  it('gives away the counters of every known view, and goes on from them: at hand, put away, or not yet asked for', async () => {
    const bounds = { maxAtHand: 1, maxKnown: 10 };
    const first = scene(new Map(), bounds);
    for (const team of ['a', 'b']) await first.scrape(team, exposition({ [team]: [1, 2] }));
    const saved = new Map([
      ...first.instances.counters(),
      ['all', { fingerprint: '', counters: { slots: [] } }],
    ]);
    expect(JSON.stringify([...saved])).not.toContain('"a"');
    const second = scene(saved, bounds);
    expect(second.atHand()).toEqual({ tenant: 0, other: 0 });
    expect(await second.scrape('b', exposition({ b: [1] }))).toBe('x{team="b"} 3');
    expect(new Set(second.instances.counters().keys())).toEqual(new Set(first.instances.counters().keys()));
    const third = scene(second.instances.counters(), bounds);
    expect(await third.scrape('a', exposition({ a: [1] }))).toBe('x{team="a"} 3');
  });

  it('goes on from nothing that belongs to another template, another key or other options', async () => {
    const strange = compileTemplate(
      { ...SCOPED, view: { ...SCOPED.view, preset: 'litellm' } },
      PSEUDONYM_KEY,
    );
    const view = { fingerprint: 'x', counters: { slots: [] } };
    const saved = new Map([
      [strange.idOf(['a']), view],
      ['tenant', view],
      [TEMPLATE.idOf(['b']), view],
    ]);
    const { instances, scrape } = scene(saved);
    expect([...instances.counters().keys()]).toEqual([TEMPLATE.idOf(['b'])]);
    expect(await scrape('b', exposition({ b: [1, 2] }))).toBe('x{team="b"} 3');
  });

  it('takes over no more than it may know, and keeps what was used last', () => {
    const view = { fingerprint: 'x', counters: { slots: [] } };
    const saved = new Map(['a', 'b', 'c'].map((team) => [TEMPLATE.idOf([team]), view]));
    const { instances, forgotten } = scene(saved, { maxAtHand: 1, maxKnown: 2 });
    expect([...instances.counters().keys()]).toEqual([TEMPLATE.idOf(['b']), TEMPLATE.idOf(['c'])]);
    expect(forgotten).toEqual(['tenant']);
  });
});
