// The table of rooms of ARCHITECTURE.md, as rules: which folder of src/ may import which.
// Every room may also import itself, internal/ and errors.ts.

/** @type {Record<string, string[]>} */
const rooms = {
  internal: [],
  exposition: [],
  network: [],
  auth: ['network'],
  limits: [],
  views: ['exposition'],
  guard: ['network', 'auth', 'limits'],
  http: ['guard', 'exposition'],
  targets: ['exposition'],
  llm: ['exposition', 'views'],
  adapters: ['http', 'guard', 'views', 'targets', 'auth', 'llm', 'exposition'],
  gateway: ['adapters', 'http', 'guard', 'views', 'targets', 'network', 'llm', 'status'],
  status: ['http'],
  audit: ['exposition', 'views', 'network', 'targets'],
  setup: ['exposition', 'views', 'targets', 'audit'],
  embedded: ['adapters', 'gateway', 'http', 'guard', 'views', 'targets', 'network', 'auth', 'limits', 'llm'],
  config: ['gateway', 'targets', 'views', 'network', 'auth', 'limits', 'guard'],
  cli: ['config', 'gateway', 'views', 'auth', 'audit', 'setup', 'targets'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(errors\\.ts$|(${[room, 'internal', ...allowed].join('|')})/)` },
}));

/** Node's own doors to disk and network, and the rooms that may open them. */
const doors = [
  ['node-fs', '^(node:)?fs(/promises)?$', '^src/(config|cli|auth|gateway|views/state-file)'],
  [
    'node-net',
    '^(node:)?(net|http|https|tls|dgram)$',
    '^src/(network|http|targets|adapters|gateway|embedded)',
  ],
  ['node-child-process', '^(node:)?child_process$', '^src/(cli)'],
  ['undici', 'node_modules/undici', '^src/(targets|auth/oidc/issuer-http|audit/http-probe)'],
  ['ioredis', 'node_modules/ioredis', '^src/limits/redis'],
];

const doorRules = doors.map(([name, to, from]) => ({
  name: `door-${name}`,
  severity: 'error',
  from: { path: '^src/', pathNot: from },
  to: { path: to },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'errors-import-nothing',
      severity: 'error',
      from: { path: '^src/errors\\.ts$' },
      to: { path: '^src/' },
    },
    ...roomRules,
    ...doorRules,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
