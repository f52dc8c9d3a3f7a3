// A service of systemd for the gate: a user of its own, nothing to write but its state, no secret in its environment.
// Paths that systemd would read otherwise than they are written are refused before this.

import { CONFIG_FILE, isConfigSecret, PUBLIC_MODE, type SetUp, type SetUpFile } from './set-up.js';

/** Paths without quotes, blanks, specifiers, variables or colons, which mean the same in every line of a unit. */
const PLAIN_PATH = /^\/[A-Za-z0-9_.,@+/-]*$/;

/** What the protections of the unit would hide. */
const HIDDEN_FOLDERS = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/;

/** Whether a path can stand in a unit. */
export function isPlainPath(path: string): boolean {
  return PLAIN_PATH.test(path);
}

/** `scrapegate.service`. */
export function systemdFile({ folder, target }: SetUp): SetUpFile {
  const { bearerTokenFile } = target;
  const isSecret = isConfigSecret(target);
  const lines = [
    '# Install it:  sudo systemctl enable --now ./scrapegate.service',
    '[Unit]',
    'Description=Scrapegate, the front door for metrics',
    'After=network-online.target',
    'Wants=network-online.target',
    '',
    '[Service]',
    'Type=notify',
    '# Messages come from systemd-notify, which the gate starts.',
    'NotifyAccess=all',
    'WatchdogSec=30s',
    ...(isSecret
      ? [
          '# The URL of the target may hold a key: systemd reads the configuration at each start, and hands it to the service.',
          `LoadCredential=${CONFIG_FILE}:${folder}/${CONFIG_FILE}`,
          `ExecStart=/usr/bin/env scrapegate serve --config %d/${CONFIG_FILE}`,
        ]
      : [
          `ExecStart=/usr/bin/env scrapegate serve --config ${folder}/${CONFIG_FILE}`,
          'ExecReload=/bin/kill -HUP $MAINPID',
        ]),
    'Restart=on-failure',
    'TimeoutStopSec=20s',
    '',
    '# The state, and the key of the pseudonyms beside it, in a folder of the service.',
    'StateDirectory=scrapegate',
    'StateDirectoryMode=0700',
    'Environment=SCRAPEGATE_STATE_FILE=%S/scrapegate/state.json',
    ...(bearerTokenFile === undefined
      ? []
      : [
          '# The token for the target: read by systemd, which may, and handed to the service alone.',
          `LoadCredential=target.token:${bearerTokenFile}`,
          'Environment=SCRAPEGATE_TARGET_BEARER_TOKEN_FILE=%d/target.token',
        ]),
    '',
    'DynamicUser=yes',
    'UMask=0077',
    'CapabilityBoundingSet=',
    'LockPersonality=yes',
    'NoNewPrivileges=yes',
    'PrivateDevices=yes',
    'PrivateTmp=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    ...(HIDDEN_FOLDERS.test(folder)
      ? ['ProtectHome=tmpfs', `BindReadOnlyPaths=${folder}`]
      : ['ProtectHome=yes']),
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'ProtectSystem=strict',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'SystemCallArchitectures=native',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return {
    name: 'scrapegate.service',
    text: `${lines.join('\n')}\n`,
    mode: PUBLIC_MODE,
    about: 'a service of systemd',
  };
}
