// Where metrics may be served besides the audited address: spellings and siblings of its path, and the ports on which
// software of this field serves them. Short and fixed, so that an audit is no scan. Pure.

/** Paths that servers and frameworks use. */
const KNOWN_PATHS = [
  '/metrics',
  '/metrics/',
  '/prometheus/metrics',
  '/-/metrics',
  '/api/metrics',
  '/actuator/prometheus',
  '/internal/metrics',
] as const;

/**
 * Ports: LiteLLM's separate metrics port, vLLM and exporters, Triton, Bifrost, Prometheus, node_exporter, OpenTelemetry's
 * exporter.
 */
export const KNOWN_PORTS: readonly number[] = [4001, 8000, 8002, 8080, 9090, 9100, 9464];

/** More are refused: an audit is no scan of ports. */
export const MAX_PORTS = 16;

/** Paths other than `path` that might serve the same, each once; at most a dozen. */
export function siblingPaths(path: string): readonly string[] {
  const [own = '/'] = path.split('?');
  const bare = own.replace(/\/+$/, '');
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  const spellings =
    last === ''
      ? []
      : [
          own.endsWith('/') ? bare : `${bare}/`,
          // Rules on exact paths do not see these, and many servers read them as the plain one.
          `/${bare}`,
          `${bare.slice(0, -last.length)}${percentEncodeFirst(last)}`,
          `${bare.slice(0, -last.length)}${last.toUpperCase()}`,
        ];
  return [...new Set([...spellings, ...KNOWN_PATHS])].filter((candidate) => candidate !== own);
}

/** The ports to ask on the host of `url`: those of `ports` but its own. */
export function otherPorts(url: URL, ports: readonly number[]): readonly number[] {
  const own = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return [...new Set(ports)].filter((port) => port !== own);
}

/**
 * Whether a method that changes things may be sent to `path`: to what is called metrics, where nothing is known that
 * such a method could change, and nowhere else.
 */
export function mayChangeThings(path: string): boolean {
  const [own = ''] = path.split('?');
  return /(?:^|\/)(?:metrics|prometheus)\/?$/i.test(own);
}

function percentEncodeFirst(text: string): string {
  const code = text.charCodeAt(0);
  return `%${code.toString(16).padStart(2, '0')}${text.slice(1)}`;
}
