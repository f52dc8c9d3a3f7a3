// A real LiteLLM proxy with models that answer by themselves, planted tenants, and no way out of loopback.

import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { bareEnvironment, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { httpGet, type HttpAnswer } from './http-get.js';
import { TENANTS, URL_USERINFO, type PlantedRequest } from './planted.js';
import { startUpstream, type Upstream } from './start-upstream.js';

/** A running LiteLLM proxy. */
export interface Litellm {
  readonly metricsUrl: string;
  readonly masterKey: string;
  /** Its own exposition, as a scraper with the master key reads it. */
  scrape(accept: string): Promise<HttpAnswer>;
  send(request: PlantedRequest): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

/** How to start it. */
export interface LitellmOptions {
  /** Worker processes; more than one shares its metrics through `PROMETHEUS_MULTIPROC_DIR`. */
  readonly workers: 1 | 2;
  /** Serves the metrics a second time, from a process of its own that asks for no key. @default none */
  readonly metricsPort?: number;
  /** Models that answer after so many seconds, by name. @default none */
  readonly delayedModels?: Readonly<Record<string, number>>;
  /** Whether equal requests are answered from LiteLLM's own cache, in memory. @default false */
  readonly cache?: boolean;
}

const START_DEADLINE_MS = 180_000;
const TENANT_AUTH = fileURLToPath(new URL('./litellm/tenant_auth.py', import.meta.url));
const VENV_LITELLM = fileURLToPath(new URL('../../../.e2e/venv/bin/litellm', import.meta.url));

/** The program: `SCRAPEGATE_E2E_LITELLM`, or the one that scripts/set-up-e2e.sh installed. */
export function litellmCommand(): string {
  return process.env['SCRAPEGATE_E2E_LITELLM'] ?? VENV_LITELLM;
}

/** Starts LiteLLM and waits until it answers. */
export async function startLitellm(options: LitellmOptions): Promise<Litellm> {
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-litellm-'));
  const masterKey = 'sk-planted-master-key-0000';
  const port = await freePort();
  const modelServer = await startModelServer();
  const metricsFolder = join(folder, 'metrics');
  await mkdir(metricsFolder);
  await copyFile(TENANT_AUTH, join(folder, 'tenant_auth.py'));
  await writeFile(join(folder, 'tenants.json'), JSON.stringify(TENANTS));
  await writeFile(
    join(folder, 'config.yaml'),
    stringify(proxyConfig(new URL(modelServer.url).host, options)),
  );

  const child = startChild({
    command: litellmCommand(),
    // A worker that a busy machine keeps waiting for 5 s would be killed, with the requests it has.
    args: (
      `--config config.yaml --host 127.0.0.1 --port ${String(port)} ` +
      `--num_workers ${String(options.workers)} --timeout_worker_healthcheck 60`
    ).split(' '),
    cwd: folder,
    env: bareEnvironment({
      LITELLM_MASTER_KEY: masterKey,
      PLANTED_TENANTS_FILE: join(folder, 'tenants.json'),
      NO_DOCS: 'True',
      DISABLE_ADMIN_UI: 'True',
      // Its other HTTP client cannot call a URL with credentials in it.
      DISABLE_AIOHTTP_TRANSPORT: 'True',
      LITELLM_TELEMETRY: 'False',
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS: 'True',
      LITELLM_LOCAL_AUTOROUTER_PRESETS: 'True',
      LITELLM_LOCAL_BLOG_POSTS: 'True',
      LITELLM_LOCAL_POLICY_TEMPLATES: 'True',
      ...(options.workers > 1 || options.metricsPort !== undefined
        ? { PROMETHEUS_MULTIPROC_DIR: metricsFolder }
        : {}),
      ...(options.metricsPort !== undefined && { PROMETHEUS_METRICS_PORT: String(options.metricsPort) }),
    }),
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const stop = async (): Promise<void> => {
    await child.stop();
    await modelServer.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const state = await eventually(
      async () => {
        if (child.exit() !== undefined) return 'ended';
        return (await httpGet(`${url}/health/liveliness`)).status === 200 ? 'alive' : undefined;
      },
      { what: 'LiteLLM answers', deadlineMs: START_DEADLINE_MS, context: child.stdout },
    );
    if (state === 'ended') throw new Error(`LiteLLM did not start: ${child.stdout()}${child.stderr()}`);
  } catch (error) {
    await stop();
    throw error;
  }

  // LiteLLM answers /metrics with a redirect; a front door calls the path behind it.
  const metricsUrl = `${url}/metrics/`;
  return {
    metricsUrl,
    masterKey,
    stop,
    scrape: (accept) => httpGet(metricsUrl, { headers: { accept, authorization: `Bearer ${masterKey}` } }),
    send: (request) =>
      httpGet(`${url}${request.path}`, {
        method: 'POST',
        body: JSON.stringify(request.body),
        headers: {
          authorization: `Bearer ${request.key}`,
          'content-type': 'application/json',
          // Header bytes: a name outside ASCII travels as UTF-8.
          'user-agent': Buffer.from(request.userAgent).toString('latin1'),
          'x-forwarded-for': request.client,
          ...request.headers,
        },
      }),
  };
}

/** A model that LiteLLM itself answers for. */
function mock(name: string, model: string, answer: string, delaySeconds?: number): object {
  return {
    model_name: name,
    litellm_params: {
      model,
      api_key: 'sk-planted-provider',
      mock_response: answer,
      ...(delaySeconds !== undefined && { mock_delay: delaySeconds }),
    },
  };
}

function proxyConfig(modelServer: string, { delayedModels = {}, cache = false }: LitellmOptions): object {
  const served = (name: string, userinfo: string): object => ({
    model_name: name,
    litellm_params: {
      model: 'openai/llama-3.3-70b',
      api_key: 'sk-planted-provider',
      api_base: `http://${userinfo}${modelServer}/v1`,
      rpm: 100_000,
      tpm: 1_000_000,
    },
  });
  return {
    model_list: [
      mock('chat-small', 'openai/gpt-4o-mini', 'hello'),
      mock('chat-large', 'azure/gpt-4o', 'hello from the large one'),
      mock('embedding', 'openai/text-embedding-3-small', '[0.1]'),
      mock('flaky', 'openai/gpt-4o', 'litellm.RateLimitError'),
      ...Object.entries(delayedModels).map(([name, seconds]) =>
        mock(name, 'openai/gpt-4o-mini', 'hello', seconds),
      ),
      served('self-hosted', ''),
      served('behind-basic-auth', `${URL_USERINFO}@`),
    ],
    litellm_settings: {
      callbacks: ['prometheus'],
      telemetry: false,
      num_retries: 0,
      enable_end_user_cost_tracking_prometheus_only: true,
      custom_prometheus_metadata_labels: ['metadata.project', 'metadata.requester'],
      custom_prometheus_tags: ['batch'],
      prometheus_deployment_and_latency_caller_identity: 'both',
      prometheus_emit_stream_label: true,
      ...(cache && { cache: true, cache_params: { type: 'local' } }),
    },
    router_settings: {
      num_retries: 0,
      disable_cooldowns: true,
      fallbacks: [{ flaky: ['chat-small'] }],
    },
    general_settings: {
      master_key: 'os.environ/LITELLM_MASTER_KEY',
      custom_auth: 'tenant_auth.authenticate',
      use_x_forwarded_for: true,
    },
  };
}

/** A model server of the OpenAI kind that always answers the same. */
function startModelServer(): Promise<Upstream> {
  const completion = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'llama-3.3-70b',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: 7,
      completion_tokens: 5,
      total_tokens: 12,
      prompt_tokens_details: { cached_tokens: 3 },
    },
  };
  return startUpstream(() => ({
    type: 'application/json',
    // They become gauges of what is left of a limit.
    headers: { 'x-ratelimit-remaining-requests': '4711', 'x-ratelimit-remaining-tokens': '471100' },
    body: JSON.stringify(completion),
  }));
}
