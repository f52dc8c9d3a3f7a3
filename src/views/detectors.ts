// Personal data and secrets by value: the last word on what a view still shows.
// Every detector looks at each character a bounded number of times, whatever the value.

import { containsApiKey } from './detectors/api-key.js';
import { containsCredential } from './detectors/credential.js';
import { containsEmail } from './detectors/email.js';
import { containsIpv4 } from './detectors/ipv4.js';
import { containsIpv6 } from './detectors/ipv6.js';
import { containsJwt } from './detectors/jwt.js';
import { readingsOf } from './detectors/readings.js';
import { containsUrlUserinfo } from './detectors/url-userinfo.js';
import { containsUserAgent } from './detectors/user-agent.js';
import { looksLikePseudonym } from './pseudonym.js';

/** What a detector finds. `pseudonym` is a value that only pretends to be one: nobody may forge another's. */
export type Detection =
  'email' | 'ip_address' | 'jwt' | 'api_key' | 'url_userinfo' | 'user_agent' | 'pseudonym';

const DETECTORS: readonly (readonly [Detection, (text: string) => boolean])[] = [
  ['url_userinfo', containsUrlUserinfo],
  ['email', containsEmail],
  ['jwt', containsJwt],
  ['api_key', containsApiKey],
  ['api_key', containsCredential],
  // A browser's version has four parts, like an address, so the browser is looked for first.
  ['user_agent', containsUserAgent],
  ['ip_address', containsIpv4],
  ['ip_address', containsIpv6],
  ['pseudonym', looksLikePseudonym],
];

/**
 * The first thing found in a decoded value, text or name; undefined when it may be shown.
 * Looks at the text as it is, percent-decoded, and with Unicode's look-alikes of ASCII folded.
 */
export function detect(text: string): Detection | undefined {
  for (const reading of readingsOf(text)) {
    const detection = DETECTORS.find(([, finds]) => finds(reading))?.[0];
    if (detection !== undefined) return detection;
  }
  return undefined;
}
