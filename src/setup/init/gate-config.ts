// The configuration of a new set-up: one target, one view, one credential, and the next steps as comments.

import {
  CONFIG_FILE,
  hostAndPort,
  isConfigSecret,
  PUBLIC_MODE,
  SECRET_MODE,
  TOKEN_FILE,
  yamlText,
  type SetUp,
  type SetUpFile,
} from './set-up.js';

/** The view of the whole target, and the credential that opens it. */
export const VIEW = 'operations';
const CREDENTIAL = 'prometheus';

/** `scrapegate.yml`. */
export function gateConfigFile({ listen, target, tokenDigest }: SetUp): SetUpFile {
  const { name, url, preset, bearerTokenFile, isMalformed } = target;
  const credential =
    bearerTokenFile === undefined
      ? []
      : [
          '    # What the gate shows to the target. What Prometheus shows to the gate is never passed on.',
          `    bearer_token_file: ${yamlText(bearerTokenFile)}`,
        ];
  const malformed = isMalformed
    ? [
        '    # Some of its metrics are malformed: they are left out, and counted, instead of failing the scrape.',
        '    on_malformed: quarantine',
      ]
    : [];
  const lines = [
    `# Scrapegate before ${name}.`,
    `#   scrapegate check --config ${CONFIG_FILE}                      what it means, and what is wrong with it`,
    `#   scrapegate preview --config ${CONFIG_FILE} --view ${VIEW}  what a view shows, before anybody sees it`,
    `#   scrapegate serve --config ${CONFIG_FILE}                      the gate`,
    '',
    '# Before other machines may connect: tls, and an address that they reach.',
    `listen: ${yamlText(hostAndPort(listen.host, listen.port))}`,
    '',
    '# Totals that were added up survive a restart here. Beside it the gate makes pseudonym.key once: keep a copy, because',
    '# under another key every pseudonym is another one.',
    'state_file: state.json',
    '',
    'targets:',
    `  ${name}:`,
    '    # Called exactly as it is written; redirects are not followed.',
    `    url: ${yamlText(url)}`,
    '    # What happens to labels, by their names.',
    `    preset: ${preset}`,
    ...credential,
    ...malformed,
    '',
    'views:',
    '  # All of it. People, keys and teams are pseudonyms, addresses of clients are gone and their series added up.',
    `  ${VIEW}: { target: ${name} }`,
    '  # Labels that somebody needs in the clear, one by one:',
    `  # finance: { target: ${name}, reveal: [team_alias] }`,
    '  # One tenant, which sees its own series and no other:',
    `  # acme: { target: ${name}, only: { team: ["the identifier of its team"] }, pseudonym_scope: acme }`,
    '',
    'credentials:',
    `  # The token is in ${TOKEN_FILE}, for Prometheus; the gate knows its digest alone.`,
    '  # For another reader: scrapegate token --name finance --view finance',
    `  ${CREDENTIAL}:`,
    `    bearer_token_digest: ${yamlText(tokenDigest)}`,
    `    view: ${VIEW}`,
    '    # The metrics of the gate itself, too.',
    '    self: true',
  ];
  return {
    name: CONFIG_FILE,
    text: `${lines.join('\n')}\n`,
    mode: isConfigSecret(target) ? SECRET_MODE : PUBLIC_MODE,
    about: 'the configuration',
  };
}
