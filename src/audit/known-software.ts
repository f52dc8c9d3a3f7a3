// What there is to know about the metrics of each software: how it is written, whether it is open by default in a
// version, and what to do about it. Pure.

import { isAtLeast, type Software } from './software.js';

/** One of them. Versions are as the software tells them; undefined where it does not. */
export interface KnownSoftware {
  readonly name: string;
  readonly adviceFor: (version: string | undefined) => string;
  /** Whether it serves metrics to anybody unless told otherwise; undefined where its version would have to be known. */
  readonly isOpenByDefault: (version: string | undefined) => boolean | undefined;
}

/** Labels whose values the operator wrote into the configuration of the software. */
export function configuredLabels(software: Software): readonly string[] {
  return software === 'scrapegate' ? ['credential'] : [];
}

function open(name: string, advice: string): KnownSoftware {
  return { name, adviceFor: () => advice, isOpenByDefault: () => true };
}

function closed(name: string, advice: string): KnownSoftware {
  return { name, adviceFor: () => advice, isOpenByDefault: () => false };
}

const LITELLM: KnownSoftware = {
  name: 'LiteLLM',
  adviceFor(version) {
    const asksForKey = isAtLeast(version, 1, 84);
    const hasPort = isAtLeast(version, 1, 101);
    return [
      asksForKey === undefined
        ? 'Before 1.84 its metrics are open by default, and it should be updated.'
        : '',
      asksForKey === false
        ? 'Update it: before 1.84 its metrics are open unless require_auth_for_metrics_endpoint is true.'
        : 'Since 1.84 it asks for a key, but every key that may read metrics reads all tenants.',
      hasPort === false
        ? ''
        : 'Since 1.101 a separate metrics port (--prometheus_metrics_port) asks for no key at all: keep it private.',
      'Scrape /metrics/ with a virtual key whose allowed_routes has /metrics, never with the master key, and put Scrapegate in front with the preset litellm.',
    ]
      .filter((sentence) => sentence !== '')
      .join(' ');
  },
  isOpenByDefault(version) {
    const asksForKey = isAtLeast(version, 1, 84);
    return asksForKey === undefined ? undefined : !asksForKey;
  },
};

/** By software. */
export const KNOWN_SOFTWARE: Readonly<Record<Exclude<Software, 'unknown'>, KnownSoftware>> = {
  litellm: LITELLM,
  vllm: open(
    'vLLM',
    'Its --api-key guards /v1, never /metrics: bind it to loopback or a private network, and use the preset vllm.',
  ),
  sglang: open('SGLang', 'Its --api-key does not guard /metrics: bind it to loopback or a private network.'),
  tgi: open(
    'Text Generation Inference',
    'It serves metrics on its main port: let a front door close that path.',
  ),
  llamacpp: closed(
    'llama.cpp',
    'It serves metrics on its main port when asked to (--metrics); set --api-key.',
  ),
  triton: open('Triton', 'It serves metrics on a port of their own, 8002: bind it with --metrics-address.'),
  'tensorrt-llm': open(
    'TensorRT-LLM',
    'It serves /prometheus/metrics on its main port: let a front door close that path.',
  ),
  librechat: closed(
    'LibreChat',
    'Its endpoint asks for METRICS_SECRET; every reader of it sees everything. Use the preset librechat.',
  ),
  librechat_exporter: open(
    'an exporter for LibreChat',
    'It asks for no credential, on every address: bind it to loopback, and use the preset librechat.',
  ),
  bifrost: open(
    'Bifrost',
    'Its metrics are open unless auth_config is enabled, and then ask for the credentials of the administrator. Headers of clients (x-bf-dim-*) become labels.',
  ),
  portkey: open('Portkey', 'Its metrics are typically open, and metadata of clients become labels.'),
  envoy: open('Envoy', 'Keep its admin port, which has much more than metrics, on loopback.'),
  kong: open('Kong', 'Serve metrics on the Status API alone, and keep that private.'),
  node_exporter: open(
    'node_exporter',
    'Close it with --web.config.file, or bind it to loopback behind Scrapegate.',
  ),
  prometheus: open(
    'Prometheus',
    'Close it with --web.config.file: whoever reads its metrics also reads all that it stores, by its query API.',
  ),
  scrapegate: closed('Scrapegate', 'Let operators alone read its own metrics (self: true).'),
};
