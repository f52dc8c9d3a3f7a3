// Personal data and secrets by value: the last word on what a view still shows.
// Every detector looks at each character a bounded number of times, whatever the value.

import { containsEmail } from './detectors/email.js';
import { containsIpAddress } from './detectors/ip-address.js';
import { containsApiKey, containsJwt, containsUrlUserinfo } from './detectors/secret-token.js';
import { looksLikePseudonym } from './pseudonym.js';

/** What a detector finds. `pseudonym` is a value that only pretends to be one: nobody may forge another's. */
export type Detection = 'email' | 'ip_address' | 'jwt' | 'api_key' | 'url_userinfo' | 'pseudonym';

const DETECTORS: readonly (readonly [Detection, (text: string) => boolean])[] = [
  ['email', containsEmail],
  ['url_userinfo', containsUrlUserinfo],
  ['jwt', containsJwt],
  ['api_key', containsApiKey],
  ['ip_address', containsIpAddress],
  ['pseudonym', looksLikePseudonym],
];

/** The first thing found in a decoded value or text; undefined when it may be shown. */
export function detect(text: string): Detection | undefined {
  return DETECTORS.find(([, finds]) => finds(text))?.[0];
}
