// What a credential says of an identity provider, as a zod schema. Shapes alone; the rest is checked by auth.

import { z } from 'zod';
import { TOKEN_ALGORITHMS } from '../auth/oidc/options.js';
import type { FileOidc } from './file-options.js';
import { duration, expecting, filePath, flag, oneOf, text, textOrTexts, texts } from './scalars.js';
import { section } from './schema-section.js';

/** The `oidc` section of a credential. */
export const oidc: z.ZodType<FileOidc> = section(
  {
    issuer: text(
      'Issuer of the tokens, exactly as they name it; https, or http on loopback.',
      'an https URL',
    ),
    jwks_uri: text('URL of its keys. Default: what the issuer’s discovery document says.').optional(),
    audience: textOrTexts('texts', 'Audience that a token must be for; of several, one is enough.'),
    required_scopes: texts('scopes', 'Scopes that a token must have, all of them. Default: none.').optional(),
    algorithms: z
      .array(oneOf(TOKEN_ALGORITHMS, 'A signature algorithm.'), { error: expecting('a list of algorithms') })
      .min(1)
      .describe('Signature algorithms that a token may have. Default: every asymmetric one.')
      .optional(),
    clock_tolerance: duration('How far the clocks of the gate and the issuer may be apart. Default: 30s.', {
      orNone: true,
    }).optional(),
    jwks_max_stale: duration(
      'How long known keys are used while new ones cannot be had. Default: 1d.',
    ).optional(),
    require_access_token_type: flag(
      'Whether a token must say that it is an access token (`typ` is `at+jwt`). Default: false.',
    ).optional(),
    ca_file: filePath(
      'PEM file of the authorities that may sign the certificate of the issuer. Default: the well-known ones.',
    ).optional(),
    introspection: section(
      {
        endpoint: text(
          'URL of the introspection endpoint. Default: what the discovery document says.',
        ).optional(),
        client_id: text('Client that the gate is to the issuer.', 'the id of a client'),
        client_secret: text('The secret of that client; a file is better.').optional(),
        client_secret_file: filePath('File with that secret.').optional(),
      },
      'How the gate asks about tokens that it cannot read itself. Default: such tokens are refused.',
    ).optional(),
  },
  'Access tokens of an OpenID Connect or OAuth 2.0 issuer.',
);
