// The gate in a container: an image from its own package, and a compose file. A user without rights, nothing to write
// but the state, secrets as files.

import {
  CONFIG_FILE,
  hostAndPort,
  isLoopbackHost,
  PUBLIC_MODE,
  scrapedAddress,
  yamlText,
  type SetUp,
  type SetUpFile,
} from './set-up.js';

/** User and group of the gate in the image. */
export const CONTAINER_USER = 10_001;
/** Where the gate listens in a container. */
export const CONTAINER_PORT = 9087;
/** Where the image keeps the state. */
export const CONTAINER_STATE = '/var/lib/scrapegate';
/** Where the configuration is in a container. */
export const CONTAINER_CONFIG = '/etc/scrapegate';

/** The image that the Dockerfile makes. */
export function imageName(version: string): string {
  return `scrapegate:${version}`;
}

function packageName(version: string): string {
  return `scrapegate-${version}.tgz`;
}

/** `Dockerfile`, and `.dockerignore`: no secret of the folder goes into the build. */
export function imageFiles({ version }: SetUp): readonly SetUpFile[] {
  const archive = packageName(version);
  const lines = [
    `# ${archive} is what "npm ci && npm run build && npm pack" makes in a clone of Scrapegate; put it beside this file.`,
    `#   docker build --tag ${imageName(version)} .`,
    'FROM node:22-bookworm-slim',
    `COPY ${archive} /tmp/`,
    `RUN npm install --global /tmp/${archive} \\`,
    `  && rm /tmp/${archive} \\`,
    `  && install --directory --mode 700 --owner ${String(CONTAINER_USER)} --group ${String(CONTAINER_USER)} ${CONTAINER_STATE}`,
    `USER ${String(CONTAINER_USER)}:${String(CONTAINER_USER)}`,
    'ENTRYPOINT ["scrapegate"]',
  ];
  return [
    { name: 'Dockerfile', text: `${lines.join('\n')}\n`, mode: PUBLIC_MODE, about: 'the image' },
    {
      name: '.dockerignore',
      text: `*\n!${archive}\n`,
      mode: PUBLIC_MODE,
      about: 'what the image is not made from: secrets',
    },
  ];
}

/** `compose.yaml`. A target on this machine's loopback is reached on the network of this machine alone. */
export function composeFile({ listen, target, version }: SetUp): SetUpFile {
  const onHost = isLoopbackHost(new URL(target.url).hostname);
  const inside = onHost ? listen : { host: '0.0.0.0', port: CONTAINER_PORT };
  const listensOn = hostAndPort(inside.host, inside.port);
  const ready = `http://${scrapedAddress(inside)}/ready`;
  const published = `${hostAndPort(listen.host, listen.port)}:${String(CONTAINER_PORT)}`;
  const hasToken = target.bearerTokenFile !== undefined;
  const lines = [
    'services:',
    '  scrapegate:',
    `    image: ${yamlText(imageName(version))}`,
    '    build: .',
    `    command: ["serve", "--config", ${yamlText(`${CONTAINER_CONFIG}/${CONFIG_FILE}`)}, "--listen", ${yamlText(listensOn)}]`,
    '    environment:',
    `      SCRAPEGATE_STATE_FILE: ${CONTAINER_STATE}/state.json`,
    ...(hasToken ? ['      SCRAPEGATE_TARGET_BEARER_TOKEN_FILE: /run/secrets/target_token'] : []),
    ...(onHost
      ? [
          '    # The target listens on the loopback of this machine, which no other network reaches.',
          '    network_mode: host',
        ]
      : ['    ports:', `      - ${yamlText(published)}`]),
    '    volumes:',
    '      - type: bind',
    `        source: ./${CONFIG_FILE}`,
    `        target: ${CONTAINER_CONFIG}/${CONFIG_FILE}`,
    '        read_only: true',
    '      - type: volume',
    '        source: state',
    `        target: ${CONTAINER_STATE}`,
    ...(hasToken ? ['    secrets: [target_token]'] : []),
    `    user: "${String(CONTAINER_USER)}:${String(CONTAINER_USER)}"`,
    '    read_only: true',
    '    cap_drop: [ALL]',
    '    security_opt: ["no-new-privileges:true"]',
    '    healthcheck:',
    `      test: ["CMD", "node", "-e", ${yamlText(`fetch('${ready}').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`)}]`,
    '      interval: 15s',
    '      timeout: 5s',
    '    restart: unless-stopped',
    '',
    'volumes:',
    '  state: {}',
    ...(hasToken
      ? [
          '',
          'secrets:',
          `  # Has to be readable for the user ${String(CONTAINER_USER)}: compose mounts it as it is.`,
          `  target_token: { file: ${yamlText(target.bearerTokenFile ?? '')} }`,
        ]
      : []),
  ];
  return {
    name: 'compose.yaml',
    // Compose would read a dollar as the beginning of a variable.
    text: `${lines.join('\n').replaceAll('$', '$$$$')}\n`,
    mode: PUBLIC_MODE,
    about: 'a service of Docker Compose',
  };
}
