// What detectors find, and why a series is in a view, in words.

import type { Detection } from '../../views/detectors.js';
import type { SeriesScope } from '../../views/trace.js';

/** What was found, as the subject of a sentence. */
export const DETECTED: Readonly<Record<Detection, string>> = {
  email: 'an e-mail address',
  ip_address: 'an IP address',
  jwt: 'a JSON Web Token',
  api_key: 'a key or token',
  url_userinfo: 'a user or password in a URL',
  user_agent: 'a user agent',
  pseudonym: 'something that pretends to be a pseudonym',
};

/** Why a series is in the view, or is not. */
export const SCOPE: Readonly<Record<SeriesScope, string>> = {
  unscoped: 'in the view: it has no tenant scope',
  tenant: 'in the view: its labels have values that "only" allows',
  shared: 'in the view: it names no tenant, and "share" has its metric',
  derived: 'in the view: it names no tenant, and its identifiers were seen with this one alone',
  ambiguous: 'not in the view: it names no tenant, and its identifiers were seen with several',
  other_tenant: 'not in the view: a label has a value that "only" does not allow',
  without_tenant: 'not in the view: it lacks a label that "only" names, and "share" does not have its metric',
};
