import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { planFiles, scrapePlace } from '../../../../src/setup/init/plan.js';
import { doneLines } from '../../../../src/setup/init/report.js';
import { FORMS, type Form, type SetUp } from '../../../../src/setup/init/set-up.js';

const TOKEN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

function setUp(target: Partial<SetUp['target']> = {}, more: Partial<SetUp> = {}): SetUp {
  return {
    folder: '/etc/scrapegate',
    listen: { host: '127.0.0.1', port: 9087 },
    target: {
      name: 'litellm',
      url: 'http://litellm.example:4000/metrics/',
      preset: 'litellm',
      bearerTokenFile: '/etc/litellm/metrics.key',
      isMalformed: false,
      ...target,
    },
    tokenDigest: `sha256:${'0'.repeat(64)}`,
    version: '1.2.3',
    ...more,
  };
}

function filesOf(forms: readonly Form[], given: SetUp = setUp()): ReadonlyMap<string, string> {
  return new Map(planFiles(given, forms, TOKEN).map(({ name, text }) => [name, text]));
}

const compose = z.object({
  services: z.object({
    scrapegate: z.object({
      command: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      ports: z.array(z.string()).optional(),
      network_mode: z.string().optional(),
      user: z.string(),
      read_only: z.literal(true),
      cap_drop: z.tuple([z.literal('ALL')]),
      secrets: z.array(z.string()).optional(),
    }),
  }),
  secrets: z.record(z.string(), z.object({ file: z.string() })).optional(),
});

describe('the files of a set-up', () => {
  it.each(FORMS)('for %s are as they were', async (form) => {
    for (const [name, text] of filesOf([form])) {
      await expect(text).toMatchFileSnapshot(`../../../corpus/init/${form}/${name.replace(/^\./, 'dot-')}`);
    }
  });

  it.each(FORMS)('for %s have the token once, in a file that nobody else may read', (form) => {
    const files = planFiles(setUp(), [form], TOKEN);
    expect(files.filter(({ text }) => text.includes(TOKEN)).map(({ name, mode }) => [name, mode])).toEqual([
      ['scrapegate.token', 0o600],
    ]);
    expect(files.filter(({ mode }) => mode !== 0o644)).toHaveLength(1);
  });

  it('have each name once, all forms together', () => {
    const names = planFiles(setUp(), FORMS, TOKEN).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.includes('/'))).toEqual([]);
  });

  it.each(FORMS)('for %s are YAML where they say so', (form) => {
    for (const [name, text] of filesOf([form])) {
      if (!/\.ya?ml$/.test(name)) continue;
      for (const document of parseAllDocuments(text)) {
        const { errors, warnings } = 'errors' in document ? document : { errors: [], warnings: [] };
        expect([name, errors, warnings]).toEqual([name, [], []]);
      }
    }
  });

  it('write paths and URLs as text, whatever they hold', () => {
    const hostile = setUp(
      { url: 'http://x.example/m?a=b#{"$HOME"}', bearerTokenFile: '/a b/"c": [d]\n$HOME #' },
      { folder: '/x y/"z"\u2028: - #' },
    );
    const files = filesOf(['compose', 'alloy', 'kubernetes'], hostile);
    const config = z
      .object({
        targets: z.object({ litellm: z.object({ url: z.string(), bearer_token_file: z.string() }) }),
      })
      .parse(parse(files.get('scrapegate.yml') ?? ''));
    expect(config.targets.litellm).toEqual({
      url: 'http://x.example/m?a=b#{"$HOME"}',
      bearer_token_file: '/a b/"c": [d]\n$HOME #',
    });
    const { secrets } = compose.parse(parse(files.get('compose.yaml') ?? ''));
    // Compose reads two dollars as one.
    expect(secrets?.['target_token']?.file).toBe('/a b/"c": [d]\n$$HOME #');
    expect(parse(files.get('prometheus.yml') ?? '')).toMatchObject({
      scrape_configs: [{ authorization: { credentials_file: '/x y/"z"\u2028: - #/scrapegate.token' } }, {}],
    });
  });

  it('keep a URL with a query to themselves', () => {
    const files = planFiles(setUp({ url: 'http://x.example/m?key=hunter2' }), [], TOKEN);
    expect(files.filter(({ text }) => text.includes('hunter2')).map(({ mode }) => mode)).toEqual([0o600]);
  });

  it.each(FORMS)('for %s hand a URL with a query on as a secret, and say what that takes', (form) => {
    const given = setUp({ url: 'http://x.example/m?key=hunter2' });
    const files = planFiles(given, [form], TOKEN);
    expect(files.filter(({ text }) => text.includes('hunter2')).map(({ name }) => name)).toEqual([
      'scrapegate.yml',
    ]);
    const text = files.map(({ text: each }) => each).join('\n');
    expect(text).not.toMatch(/configMap/i);
    const lines = doneLines(given, files, scrapePlace(given, [form]), [form]);
    const own: Readonly<Partial<Record<Form, boolean>>> = {
      compose: lines.includes('  sudo chown 10001 /etc/scrapegate/scrapegate.yml'),
      systemd:
        text.includes('\nLoadCredential=scrapegate.yml:/etc/scrapegate/scrapegate.yml\n') &&
        text.includes(' --config %d/scrapegate.yml\n'),
      kubernetes:
        /secretGenerator:\n.*\n {2}- name: scrapegate\n/.test(text) &&
        /- name: config\n {10}secret:\n {12}secretName: scrapegate\n/.test(text),
    };
    expect(own[form] ?? true).toBe(true);
  });

  it('say that malformed metrics are left out', () => {
    expect(parse(filesOf([], setUp({ isMalformed: true })).get('scrapegate.yml') ?? '')).toMatchObject({
      targets: { litellm: { on_malformed: 'quarantine' } },
    });
  });
});

describe('what comes next', () => {
  const nextOf = (forms: readonly Form[], given: SetUp = setUp()): readonly string[] => {
    const lines = doneLines(given, [], scrapePlace(given, forms), forms);
    return lines.slice(lines.indexOf('Next') + 3, lines.indexOf('', lines.indexOf('Next')));
  };
  const PACKAGE = [
    '  # in a clone of Scrapegate, what the image is made from:',
    '  npm ci && npm run build && npm pack --pack-destination /etc/scrapegate',
  ];
  const IMAGE = [
    '  docker build --tag scrapegate:1.2.3 /etc/scrapegate',
    '  # put that image where the cluster finds it, and its name there into kubernetes.yaml',
    '  kubectl create secret generic scrapegate-target --from-file=token=/etc/litellm/metrics.key',
    '  kubectl apply --kustomize /etc/scrapegate',
  ];

  it('for compose names the package, the key that the container has to read, and the image', () => {
    const up = '  cd /etc/scrapegate && docker compose up --build --detach';
    const key = [
      '  # the gate in the container reads it as the user 10001:',
      '  sudo chown 10001 /etc/litellm/metrics.key',
    ];
    expect(nextOf(['compose'])).toEqual([...PACKAGE, ...key, up]);
    expect(nextOf(['compose'], setUp({ bearerTokenFile: undefined }))).toEqual([...PACKAGE, up]);
  });

  it('for Kubernetes names the package and the image', () => {
    expect(nextOf(['kubernetes'])).toEqual([...PACKAGE, ...IMAGE]);
  });

  it('names the package once', () => {
    const lines = nextOf(['compose', 'kubernetes']);
    expect(lines.filter((line) => line.includes('npm pack'))).toHaveLength(1);
    // The key is read before it is given away.
    expect(lines.indexOf('  sudo chown 10001 /etc/litellm/metrics.key')).toBeGreaterThan(
      lines.indexOf(IMAGE[2] ?? ''),
    );
  });

  it('gives Prometheus the token where it cannot enter the folder', () => {
    const given = setUp({}, { folder: '/home/anna/my gate' });
    expect(doneLines(given, [], scrapePlace(given, []), []).slice(-3)).toEqual([
      "Where its user is prometheus: sudo chown prometheus '/home/anna/my gate/scrapegate.token'",
      'That user has to be able to enter the folder, too. Where it is not, copy the token, and name the copy in credentials_file:',
      "  sudo install -m 600 -o prometheus '/home/anna/my gate/scrapegate.token' /etc/prometheus/scrapegate-litellm.token",
    ]);
  });
});

describe('compose.yaml', () => {
  const gateOf = (given: SetUp) => {
    const { services } = compose.parse(parse(filesOf(['compose'], given).get('compose.yaml') ?? ''));
    return services.scrapegate;
  };

  it('publishes the port where the target is elsewhere', () => {
    const gate = gateOf(setUp({}, { listen: { host: '::1', port: 9187 } }));
    expect(gate.ports).toEqual(['[::1]:9187:9087']);
    expect(gate.network_mode).toBeUndefined();
    expect(gate.command.at(-1)).toBe('0.0.0.0:9087');
    expect(gate.environment['SCRAPEGATE_TARGET_BEARER_TOKEN_FILE']).toBe('/run/secrets/target_token');
  });

  it('is on the network of the machine where the target is on its loopback', () => {
    const given = { url: 'http://127.0.0.1:4000/metrics/', bearerTokenFile: undefined };
    const gate = gateOf(setUp(given));
    expect(gate.network_mode).toBe('host');
    expect([gate.ports, gate.secrets]).toEqual([undefined, undefined]);
    expect(gate.command.at(-1)).toBe('127.0.0.1:9087');
  });
});

describe('the manifests', () => {
  const manifest = z.looseObject({ kind: z.string(), metadata: z.object({ name: z.string() }) });
  const deployment = z.object({
    spec: z.object({
      template: z.object({
        spec: z.object({
          automountServiceAccountToken: z.literal(false),
          securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
          containers: z.array(
            z.object({
              securityContext: z.object({
                readOnlyRootFilesystem: z.literal(true),
                allowPrivilegeEscalation: z.literal(false),
              }),
              livenessProbe: z.object({ httpGet: z.object({ path: z.literal('/health') }) }),
              readinessProbe: z.object({ httpGet: z.object({ path: z.literal('/ready') }) }),
              volumeMounts: z.array(z.object({ name: z.string() })),
            }),
          ),
          volumes: z.array(z.object({ name: z.string() })),
        }),
      }),
    }),
  });

  it.each([['/k'], [undefined]])('fit together, with the token of the target in %j', (bearerTokenFile) => {
    const files = filesOf(['kubernetes'], setUp({ bearerTokenFile }));
    const documents = parseAllDocuments(files.get('kubernetes.yaml') ?? '').map((document): unknown =>
      'toJS' in document ? document.toJS() : undefined,
    );
    expect(documents.map((document) => manifest.parse(document).kind)).toEqual([
      'PersistentVolumeClaim',
      'Deployment',
      'Service',
    ]);
    const { spec } = deployment.parse(documents[1]).spec.template;
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
    expect(names(spec.volumes)).toEqual(spec.containers.flatMap((each) => names(each.volumeMounts)));
    expect(names(spec.volumes).includes('target')).toBe(bearerTokenFile !== undefined);
    expect(parse(files.get('kustomization.yaml') ?? '')).toMatchObject({
      resources: ['kubernetes.yaml'],
      configMapGenerator: [{ name: 'scrapegate', files: ['scrapegate.yml'] }],
      secretGenerator: [{ name: 'scrapegate-token', files: ['token=scrapegate.token'] }],
    });
    expect(parse(files.get('service-monitor.yaml') ?? '')).toMatchObject({
      kind: 'ServiceMonitor',
      spec: {
        endpoints: [{ authorization: { credentials: { name: 'scrapegate-token', key: 'token' } } }, {}],
      },
    });
  });
});

describe('the service of systemd', () => {
  it.each([
    ['/etc/scrapegate', 'ProtectHome=yes', false],
    ['/home/anna/gate', 'ProtectHome=tmpfs', true],
    ['/tmp/gate', 'ProtectHome=tmpfs', true],
    ['/rooted', 'ProtectHome=yes', false],
  ])('sees %s', (folder, protection, isBound) => {
    const lines = (filesOf(['systemd'], setUp({}, { folder })).get('scrapegate.service') ?? '').split('\n');
    expect(lines).toContain(protection);
    expect(lines.includes(`BindReadOnlyPaths=${folder}`)).toBe(isBound);
    expect(lines).toContain(`ExecStart=/usr/bin/env scrapegate serve --config ${folder}/scrapegate.yml`);
  });
});
