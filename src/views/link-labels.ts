// Which labels may say to whom a series belongs. An identifier that the target assigns may; what a client writes into
// its requests, or a person chooses for a key, may not: it would let one tenant claim what is another's.

import { compileGlobs } from './glob.js';
import { normaliseLabelName } from './label-name.js';
import { CLIENTS, CLIENT_METADATA, SESSIONS } from './presets/generic.js';

/** Labels whose values come with the request. */
const CLIENT_CHOSEN = compileGlobs([
  ...CLIENTS,
  ...CLIENT_METADATA,
  ...SESSIONS,
  'end_user*',
  'enduser*',
  'tag',
  'tag_*',
  '*_tag',
  '*_tags',
  'model',
  'requested_model*',
  'model_group',
  'route',
]);

/** Labels whose values are names, which whoever creates a key, a team or a user is free to choose. */
const PERSON_CHOSEN = compileGlobs(['*_alias', '*_name', 'name', '*email*', '*username*']);

/** Whether clients choose the values of a label, as far as its name tells. */
export function isClientChosen(label: string): boolean {
  return CLIENT_CHOSEN(normaliseLabelName(label));
}

/** Whether the values of a label are anybody's choice, so that it cannot say to whom a series belongs. */
export function isNoLink(label: string): boolean {
  return isClientChosen(label) || PERSON_CHOSEN(normaliseLabelName(label));
}
