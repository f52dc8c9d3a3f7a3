// Section f of the attack list: clients and tenants that want to be shown, or to hide, what is another's, on the
// assembled gate. What a client controls is what LLM gateways let it control.

import { describe, expect, it } from 'vitest';
import type { ViewOptions } from '../../src/views/options.js';
import { startGateway, type GatewayScene } from '../support/start-gateway.js';
import { sampleLines, shown, view } from '../support/scraped.js';

const VICTIM = '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b';
const ROGUE = 'fedc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b';

const VICTIM_SPEND = `spend{hashed_api_key="${VICTIM}",team="acme"} 1`;
const ROGUE_SPEND = `spend{hashed_api_key="${ROGUE}",team="rogue"} 1`;
const BUDGETS = [
  '# TYPE budget gauge',
  `budget{hashed_api_key="${VICTIM}"} 43`,
  `budget{hashed_api_key="${ROGUE}"} 41`,
];

function tenant(team: string, options: Partial<ViewOptions> = {}): Partial<ViewOptions> {
  return {
    preset: 'litellm',
    only: { team: [team] },
    derive: true,
    labels: [{ label: '*', action: 'keep' }],
    ...options,
  };
}

function exposition(...spend: readonly string[]): string {
  return ['# TYPE spend counter', ...spend, ...BUDGETS, ''].join('\n');
}

/** The budgets in the view of a tenant. */
async function budgets(body: string, team: string): Promise<readonly string[]> {
  const lines = sampleLines(await shown(body, tenant(team)));
  return lines.filter((line) => line.startsWith('budget{'));
}

async function scrape(scene: GatewayScene, body: string): Promise<readonly string[]> {
  scene.upstream.answer = (_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(body);
  };
  const { status, text } = await scene.get();
  expect(status).toBe(200);
  return sampleLines(text);
}

describe('f. budgets of others', () => {
  it('each tenant sees its own, where nobody interferes', async () => {
    const body = exposition(VICTIM_SPEND, ROGUE_SPEND);
    expect(await budgets(body, 'acme')).toEqual([`budget{hashed_api_key="${VICTIM}"} 43`]);
    expect(await budgets(body, 'rogue')).toEqual([`budget{hashed_api_key="${ROGUE}"} 41`]);
    expect(await budgets(body, 'nobody')).toEqual([]);
  });

  it.each([
    'end_user',
    'user_agent',
    'client_ip',
    'metadata_hashed_api_key',
    'tag',
    'requested_model',
    'user',
    'api_key_alias',
  ])(
    'P29: a request whose %s is the key of another tenant shows nothing of it, and hides nothing from its owner',
    async (label) => {
      const claim = `spend{hashed_api_key="${ROGUE}",team="rogue",${label}="${VICTIM}"} 1`;
      expect(await budgets(exposition(claim), 'rogue')).toEqual([`budget{hashed_api_key="${ROGUE}"} 41`]);
      const both = exposition(VICTIM_SPEND, claim);
      expect(await budgets(both, 'rogue')).toEqual([`budget{hashed_api_key="${ROGUE}"} 41`]);
      expect(await budgets(both, 'acme')).toEqual([`budget{hashed_api_key="${VICTIM}"} 43`]);
    },
  );

  it('P29: a value that would end its quotes binds no key', async () => {
    const crafted = `x\\",hashed_api_key=\\"${VICTIM}`;
    const claim = `spend{hashed_api_key="${ROGUE}",team="rogue",end_user="${crafted}"} 1`;
    expect(await budgets(exposition(claim), 'rogue')).toEqual([`budget{hashed_api_key="${ROGUE}"} 41`]);
  });

  it.each([
    `spend{hashed_api_key="${VICTIM}",team="rogue"} 1`,
    `other{team="rogue",hashed_api_key="${VICTIM}"} 1`,
  ])(
    'P29: a series that binds the key of another to the attacker’s team shows it to neither: %s',
    async (claim) => {
      const type = claim.startsWith('other') ? ['# TYPE other gauge'] : [];
      const body = exposition(VICTIM_SPEND, ROGUE_SPEND, ...type, claim);
      expect(await budgets(body, 'rogue')).toEqual([`budget{hashed_api_key="${ROGUE}"} 41`]);
      expect(await budgets(body, 'acme')).toEqual([]);
    },
  );

  it('P29: a key that was moved is shown to neither team, also when its old series are gone', async () => {
    const scenes = await Promise.all(
      ['acme', 'rogue'].map((team) =>
        startGateway({ upstream: exposition(VICTIM_SPEND), views: [view(tenant(team))] }),
      ),
    );
    const moved = exposition(`spend{hashed_api_key="${VICTIM}",team="rogue"} 1`);
    for (const scene of scenes) {
      await scrape(scene, exposition(VICTIM_SPEND));
      for (const body of [moved, exposition(ROGUE_SPEND), exposition(VICTIM_SPEND)]) {
        const lines = await scrape(scene, body);
        expect(lines.filter((line) => line.startsWith(`budget{hashed_api_key="${VICTIM}"`))).toEqual([]);
      }
      expect(await scene.ownMetrics()).toContain(
        'scrapegate_series_withheld_total{view="all",reason="ambiguous"} 3',
      );
    }
  });

  it('P30: requests that are refused cannot take a key from its tenant, nor give it to anybody', async () => {
    const refused = `spend{hashed_api_key="${VICTIM}",team="None",user="None",api_key_alias="None"} 1`;
    expect(await budgets(exposition(VICTIM_SPEND, refused), 'acme')).toHaveLength(1);
    expect(await budgets(exposition(refused), 'None')).toEqual([]);
    expect(await budgets(exposition(refused), 'acme')).toEqual([]);
  });

  it('P30: and there can be any number of them without filling the memory of the view', async () => {
    const scene = await startGateway({
      upstream: exposition(VICTIM_SPEND),
      views: [view(tenant('acme'))],
    });
    const guesses = Array.from(
      { length: 20_000 },
      (_, index) => `spend{hashed_api_key="guess-${index}",team="None",user="None",api_key_alias="None"} 1`,
    );
    const lines = await scrape(scene, exposition(VICTIM_SPEND, ...guesses));
    expect(lines.filter((line) => line.startsWith('budget{'))).toHaveLength(1);
  });
});

describe('f. values without end', () => {
  const LIMITED: Partial<ViewOptions> = { maxValuesPerLabel: 3 };

  it('P20: models that a client invents are one series, and the known ones keep theirs', async () => {
    const scene = await startGateway({
      upstream: '# TYPE x counter\nx{model="real"} 1\n',
      views: [view(LIMITED)],
    });
    await scrape(scene, '# TYPE x counter\nx{model="real"} 1\n');
    const invented = Array.from({ length: 5000 }, (_, index) => `x{model="invented-${index}"} 1`);
    const body = ['# TYPE x counter', ...invented, 'x{model="real"} 2', ''].join('\n');
    expect(await scrape(scene, body)).toEqual([
      'x{model="invented-0"} 1',
      'x{model="invented-1"} 1',
      'x{model="__other__"} 4998',
      'x{model="real"} 2',
    ]);
    expect(await scene.ownMetrics()).toContain(
      'scrapegate_labels_total{view="all",label="model",effect="overflowed"} 4998',
    );
  });

  it('P20: a model called like the overflow changes nothing for the others', async () => {
    const text = await shown('# TYPE x counter\nx{model="__other__"} 9\nx{model="a"} 1\n', LIMITED);
    expect(sampleLines(text)).toEqual(['x{model="__other__"} 9', 'x{model="a"} 1']);
  });

  it('P20: gauges that nobody can add up are withheld beyond the cap, and the scrape goes on', async () => {
    const gauges = Array.from({ length: 50 }, (_, index) => `g{model="m${index}"} ${index}`);
    const body = ['# TYPE g gauge', ...gauges, '# TYPE x counter', 'x 1', ''].join('\n');
    const scene = await startGateway({ upstream: body, views: [view(LIMITED)] });
    const { status, text } = await scene.get();
    expect([status, sampleLines(text)]).toEqual([
      200,
      ['g{model="m0"} 0', 'g{model="m1"} 1', 'g{model="m2"} 2', 'x 1'],
    ]);
    expect(await scene.ownMetrics()).toContain(
      'scrapegate_series_withheld_total{view="all",reason="overflow"} 47',
    );
  });
});
