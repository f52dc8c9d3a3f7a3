// The configuration reference names exactly the keys and variables that there are; every snippet of it loads.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '../../src/internal/clock.js';
import { ENVIRONMENT_VARIABLES } from '../../src/config/environment-names.js';
import {
  alternativeFor,
  childSchema,
  configurationJsonSchema,
  knownKeysAt,
} from '../../src/config/json-schema.js';
import { loadConfiguration, type LoadedConfiguration } from '../../src/config/load.js';
import { createGateway } from '../../src/gateway/gateway.js';
import { asRecord } from '../../src/internal/option-problems.js';
import { documentationPages, movedToDisk, readPage, snippetsCalled } from '../support/documentation.js';
import { codeSpans, proseOf, tableUnder } from '../support/markdown.js';

const REFERENCE = 'docs/configuration.md';
const NODE = '24.17.0';

/** Heading of the reference → where its keys are in the file. */
const SECTIONS: readonly (readonly [heading: string, path: readonly PropertyKey[]])[] = [
  ['Top level', []],
  ['tls', ['tls']],
  ['client_address', ['client_address']],
  ['limits', ['limits']],
  ['targets', ['targets', 'name']],
  ['views', ['views', 'name']],
  ['metrics of a view', ['views', 'name', 'metrics']],
  ['labels of a view', ['views', 'name', 'labels', 0]],
  ['credentials', ['credentials', 'name']],
  ['view of a credential by a claim', ['credentials', 'name', 'view']],
  ['oidc of a credential', ['credentials', 'name', 'oidc']],
  ['introspection of an issuer', ['credentials', 'name', 'oidc', 'introspection']],
  ['client_certificate of a credential', ['credentials', 'name', 'client_certificate']],
  ['bearer_tokens of a credential', ['credentials', 'name', 'bearer_tokens', 0]],
];

const CLAIMED_VIEW = 'credentials.name.view';

type Schema = Readonly<Record<string, unknown>>;

function schemaAt(path: readonly PropertyKey[]): Schema {
  let schema: Schema = configurationJsonSchema();
  for (const segment of path) schema = childSchema(schema, segment) ?? {};
  return alternativeFor(schema, {});
}

/** The keys at a place, without those that a view by a claim shares with every view: they are told of there. */
function ownProperties(path: readonly PropertyKey[]): readonly (readonly [string, Schema])[] {
  const shared =
    path.join('.') === CLAIMED_VIEW ? (asRecord(schemaAt(['views', 'name'])['properties']) ?? {}) : {};
  return Object.entries(asRecord(schemaAt(path)['properties']) ?? {})
    .filter(([key, property]) => JSON.stringify(property) !== JSON.stringify(shared[key]))
    .map(([key, property]) => [key, asRecord(property) ?? {}]);
}

/** Every place of the file where an object has keys of its own. */
function placesWithKeys(given: Schema, path: readonly PropertyKey[] = []): readonly string[] {
  const schema = alternativeFor(given, {});
  const properties = asRecord(schema['properties']);
  const children: readonly (readonly [PropertyKey, unknown])[] = [
    ...Object.entries(properties ?? {}),
    ['name', schema['additionalProperties']],
    [0, schema['items']],
  ];
  return [
    ...(properties === undefined ? [] : [path.join('.')]),
    ...children.flatMap(([segment, child]) => {
      const below = asRecord(child);
      return below === undefined ? [] : placesWithKeys(below, [...path, segment]);
    }),
  ];
}

describe('the reference of keys', () => {
  it('has a section for every place that has keys', () => {
    expect(SECTIONS.map(([, path]) => path.join('.')).toSorted()).toEqual(
      placesWithKeys(configurationJsonSchema())
        .filter((place) => ![`${CLAIMED_VIEW}.metrics`, `${CLAIMED_VIEW}.labels.0`].includes(place))
        .toSorted(),
    );
    for (const key of ['metrics', 'labels']) {
      const shared = schemaAt(['views', 'name', key]);
      expect(schemaAt(['credentials', 'name', 'view', key])).toEqual(shared);
    }
  });

  it.each(SECTIONS)(
    'under "%s" lists exactly the known keys, in the order of the schema',
    (heading, path) => {
      const documented = tableUnder(readPage(REFERENCE), heading).map(([key = '']) =>
        key.replaceAll('`', ''),
      );
      expect(documented).toEqual(ownProperties(path).map(([key]) => key));
    },
  );

  it.each(SECTIONS)('under "%s" says what is required and what the default is', (heading, path) => {
    const schema = schemaAt(path);
    const required = schema['required'];
    const documented = tableUnder(readPage(REFERENCE), heading).map(([key = '', , fallback]) => [
      key.replaceAll('`', ''),
      fallback,
    ]);
    const expected = ownProperties(path).map(([key, property]) => {
      const description = String(property['description']);
      const fallback = /Default: (.+)\.$/.exec(description)?.[1] ?? '–';
      return [key, Array.isArray(required) && required.includes(key) ? 'required' : fallback];
    });
    expect(documented).toEqual(expected);
  });

  it.each(SECTIONS)('under "%s" names every word that a key may be', (heading, path) => {
    const enumsOf = ([key, property]: readonly [string, unknown]): readonly [string, unknown] => [
      key,
      asRecord(property)?.['enum'],
    ];
    const expected = ownProperties(path)
      .map(enumsOf)
      .filter(([, words]) => words !== undefined);
    const rows = new Map(
      tableUnder(readPage(REFERENCE), heading).map(([key = '', value = '']) => [key, value]),
    );
    expect(expected.map(([key]) => [key, codeSpans(rows.get(`\`${key}\``) ?? '')])).toEqual(expected);
  });
});

describe('the reference of variables', () => {
  it('lists exactly the known ones', () => {
    const documented = tableUnder(readPage(REFERENCE), 'Environment variables').map(([name = '']) =>
      name.replaceAll('`', ''),
    );
    expect(documented).toEqual(Object.keys(ENVIRONMENT_VARIABLES));
  });

  it.each(documentationPages())('is not exceeded by $path', ({ text }) => {
    const mentioned = [...text.matchAll(/\b(?:SCRAPEGATE|METRICS|RATE_LIMIT|TRUST)_[A-Z][A-Z0-9_]*/g)]
      .map(([name]) => name)
      // Read by tests alone.
      .filter((name) => !/^SCRAPEGATE_(?:FUZZ|SURVIVAL)_/.test(name));
    expect(mentioned.filter((name) => !Object.hasOwn(ENVIRONMENT_VARIABLES, name))).toEqual([]);
  });
});

/** Loads as `serve` would, and puts the gate together. */
async function loadWhole(input: Parameters<typeof loadConfiguration>[0]): Promise<LoadedConfiguration> {
  const loaded = await loadConfiguration(input);
  await createGateway(loaded.options, { clock: systemClock, onEvent: () => {} }).close();
  return loaded;
}

function loadSnippet(text: string): Promise<LoadedConfiguration> {
  const moved = movedToDisk(text);
  const configPath = join(moved.folder, 'scrapegate.yml');
  writeFileSync(configPath, moved.text);
  return loadWhole({ configPath, env: {}, nodeVersion: NODE });
}

describe('configuration in the documentation', () => {
  const snippets = snippetsCalled('scrapegate.yml');

  it('is there: two set-ups in README.md, one in the reference, one with an identity provider', () => {
    expect(snippets.map(({ place }) => place.split(':')[0])).toEqual([
      'README.md',
      'README.md',
      REFERENCE,
      'docs/identity-providers.md',
    ]);
  });

  it.each(snippetsCalled('part of scrapegate.yml'))(
    'loads in the whole that it is a part of: $place',
    async ({ text }) => {
      const whole = snippets.find(({ place }) => place.startsWith('docs/identity-providers.md'))?.text ?? '';
      const { credentials: _, ...rest }: Readonly<Record<string, unknown>> = parse(whole);
      const part: Readonly<Record<string, unknown>> = parse(text);
      const views = { operations: { target: 'litellm' }, finance: { target: 'litellm' } };
      const { options } = await loadSnippet(JSON.stringify({ ...rest, views, ...part }));
      expect(options.guard.credentials).toHaveLength(1);
      expect((options.warnings ?? []).map(({ code }) => code)).toEqual([]);
    },
  );

  it.each(snippets)('loads: $place', async ({ text }) => {
    const { options } = await loadSnippet(text);
    expect(options.views.length).toBeGreaterThan(0);
    expect(options.pseudonymKey?.length).toBeGreaterThanOrEqual(32);
    // What is shown to be copied must leave nothing to warn of.
    expect((options.warnings ?? []).map(({ code }) => code)).toEqual([]);
  });

  it('opens nothing with its zeros: each digest stands for a token that nobody has', () => {
    const digests = snippets.flatMap(({ text }) =>
      [...text.matchAll(/sha256:([0-9a-f]+)/g)].map(([, hex]) => hex),
    );
    expect(digests.length).toBeGreaterThan(0);
    expect(digests.filter((hex = '') => new Set(hex).size !== 1)).toEqual([]);
  });

  it('with a misspelt key is refused, so that loading proves something', async () => {
    const text = snippets[0]?.text.replace('preset:', 'presett:') ?? '';
    await expect(loadSnippet(text)).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_CONFIG_INVALID' });
  });
});

describe('variables in the documentation', () => {
  const snippets = snippetsCalled('scrapegate.env');

  it('are there', () => {
    expect(snippets.map(({ place }) => place.split(':')[0])).toEqual(['README.md']);
  });

  it.each(snippets)('load: $place', async ({ text }) => {
    const moved = movedToDisk(text).text;
    const env = Object.fromEntries(
      [...moved.matchAll(/^([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(env)).toHaveLength(moved.trim().split('\n').length - 1);
    const { options, variables } = await loadWhole({ env, listen: '127.0.0.1:9087', nodeVersion: NODE });
    expect(variables.toSorted()).toEqual(Object.keys(env).toSorted());
    expect(options.views.map(({ name, preset }) => [name, preset])).toEqual([['default', 'litellm']]);
    expect((options.warnings ?? []).map(({ code }) => code)).toEqual([]);
  });
});

describe('Prometheus configuration in the documentation', () => {
  const snippets = snippetsCalled('prometheus.yml');

  it('is there', () => {
    expect(snippets.length).toBeGreaterThan(0);
  });

  const STATIC_TOKEN = {
    type: 'Bearer',
    credentials_file: expect.stringMatching(
      /^\/etc\/prometheus\/scrapegate-(?:prometheus|acme)\.token$/,
    ) as unknown,
  };
  const CLIENT_CREDENTIALS = {
    client_id: 'prometheus',
    client_secret_file: '/etc/prometheus/prometheus.secret',
    token_url: 'https://idp.example.com/realms/main/token',
    scopes: ['metrics:read'],
    endpoint_params: { resource: 'scrapegate' },
  };

  it.each(snippets)('asks the gate of its set-up, on a path that it serves: $place', ({ text }) => {
    const { scrape_configs: jobs }: { scrape_configs: readonly unknown[] } = parse(text);
    for (const job of jobs) {
      expect(job).toMatchObject({ static_configs: [{ targets: ['127.0.0.1:9087'] }] });
      const { authorization, oauth2 } = asRecord(job) ?? {};
      expect([STATIC_TOKEN, CLIENT_CREDENTIALS]).toContainEqual(authorization ?? oauth2);
      expect(['/metrics', '/-/metrics']).toContain(asRecord(job)?.['metrics_path'] ?? '/metrics');
    }
  });
});

/** The keys of Prometheus' own file that are read. */
const WEB_CONFIG_KEYS = [
  ...readPage('src/config/web-config-schema.ts').matchAll(/\b([a-z][a-z0-9_]+): optional\(/g),
].map(([, key = '']) => key);

describe('the web configuration of Prometheus', () => {
  it('is described key by key', () => {
    const sections = ['tls_server_config', 'http_server_config', 'interval', 'burst'];
    const table = tableUnder(readPage(REFERENCE), 'Web configuration of Prometheus');
    const described = table.flatMap(([there = '']) => codeSpans(there)).map((span) => span.split(':')[0]);
    expect(WEB_CONFIG_KEYS.length).toBeGreaterThan(15);
    expect(new Set(described)).toEqual(new Set(WEB_CONFIG_KEYS.filter((key) => !sections.includes(key))));
  });
});

describe('keys in prose', () => {
  it('of the reference exist', () => {
    const known = new Set(SECTIONS.flatMap(([, path]) => knownKeysAt(path)));
    const snakes = codeSpans(proseOf(readPage(REFERENCE))).filter((span) =>
      /^[a-z]+(?:_[a-z]+)+$/.test(span),
    );
    const words = [...WEB_CONFIG_KEYS, 'email_domain', 'truncate_ip', 'proxy_protocol'];
    expect(snakes.filter((span) => !known.has(span) && !words.includes(span))).toEqual([]);
  });
});
