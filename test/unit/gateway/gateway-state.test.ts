import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../../src/gateway/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  answering,
  gatewayOptions,
  startGatewayBefore,
  startUpstream,
  type GatewayScene,
  type TestUpstream,
} from '../../support/start-gateway.js';

let folder = '';
let stateFile = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-state-'));
  stateFile = join(folder, 'state.json');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

function counting(...values: readonly number[]): string {
  return `# TYPE x counter\n${values.map((value, index) => `x{client_ip="10.0.0.${index}"} ${value}\n`).join('')}`;
}

function start(upstream: TestUpstream): Promise<GatewayScene> {
  return startGatewayBefore(upstream, { gateway: { stateFile } });
}

async function totalOf(scene: GatewayScene, ...values: readonly number[]): Promise<number> {
  scene.upstream.answer = answering(counting(...values));
  const { text } = await scene.get();
  await scene.audit(1);
  return Number(/^x (.*)$/m.exec(text)?.[1]);
}

describe('a gateway with a state file', () => {
  it('does not start where the file cannot be read, and says which file', async () => {
    const options = gatewayOptions('http://127.0.0.1:1/metrics', { gateway: { stateFile: folder } });
    const gateway = createGateway(options, { clock: new ManualClock(), onEvent: () => undefined });
    await expect(gateway.start()).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_STATE_UNREADABLE',
      message: `state file ${folder}: EISDIR`,
    });
    expect(gateway.addresses()).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['rubbish', '{"version":1,'],
    ['another version', '{"version":99,"views":{}}'],
    ['wrong types', '{"version":1,"views":{"all":{"fingerprint":"x","counters":{"slots":[{"id":1}]}}}}'],
  ])('sets a file with %s aside, warns as long as it runs, and begins anew', async (_, content) => {
    await writeFile(stateFile, content);
    const scene = await start(await startUpstream(counting(1, 2)));
    expect(await readFile(`${stateFile}.damaged`, 'utf8')).toBe(content);
    expect(scene.events).toContainEqual({
      kind: 'warning',
      warning: {
        code: 'WARN_SCRAPEGATE_STATE_DAMAGED',
        message: `the state file was damaged and is now at ${stateFile}.damaged; aggregated counters begin anew`,
      },
    });
    expect(await totalOf(scene, 1, 2)).toBe(3);
    await scene.gateway.reload(scene.options);
    expect(await scene.ownMetrics()).toContain(
      'scrapegate_warnings{code="WARN_SCRAPEGATE_STATE_DAMAGED"} 1\n',
    );
  });

  it('never lets an aggregated counter fall over a restart of its own, of the target, or of both', async () => {
    const upstream = await startUpstream();
    const first = await start(upstream);
    expect(await totalOf(first, 100, 50)).toBe(150);
    expect(await totalOf(first, 10, 60)).toBe(170);
    await first.gateway.close();

    const second = await start(upstream);
    expect(await totalOf(second, 11, 60)).toBe(171);
    await second.gateway.close();

    const third = await start(upstream);
    expect(await totalOf(third, 1, 1)).toBe(173);
  });

  it('keeps the file private, and in it neither labels nor values of labels', async () => {
    const scene = await start(await startUpstream());
    await totalOf(scene, 1, 2);
    await scene.gateway.close();
    const text = await readFile(stateFile, 'utf8');
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600);
    expect(text).toContain('"all"');
    expect(text).not.toMatch(/client_ip|10\.0\.0/);
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('begins anew for a view that was changed meanwhile', async () => {
    const upstream = await startUpstream();
    const first = await start(upstream);
    await totalOf(first, 100, 50);
    expect(await totalOf(first, 10, 60)).toBe(170);
    await first.gateway.close();
    const second = await startGatewayBefore(upstream, {
      gateway: { stateFile },
      views: [{ name: 'all', target: 'upstream', metrics: { keep: ['x'] } }],
    });
    expect(await totalOf(second, 10, 60)).toBe(70);
  });

  it('saves soon after a scrape, so that a crash loses little', async () => {
    const upstream = await startUpstream();
    const crashed = await start(upstream);
    await totalOf(crashed, 100, 50);
    expect(await totalOf(crashed, 10, 60)).toBe(170);
    crashed.clock.advance(5_000);
    while (!(await readdir(folder)).includes('state.json')) await crashed.get('/health');
    expect(await totalOf(await start(upstream), 10, 60)).toBe(170);
  });

  it('tells when it cannot save, and stops all the same', async () => {
    const scene = await start(await startUpstream());
    await rm(folder, { recursive: true });
    await totalOf(scene, 1, 2);
    await scene.gateway.close();
    expect(scene.events.filter(({ kind }) => kind === 'state_failed')).toMatchObject([
      { error: { code: 'ERR_SCRAPEGATE_STATE_UNREADABLE' } },
    ]);
    expect(scene.events.at(-1)).toEqual({ kind: 'stopped', aborted: 0 });
  });
});
