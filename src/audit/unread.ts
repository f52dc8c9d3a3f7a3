// Why an audit could look at no exposition: a report without findings would otherwise pass for a good one. Statuses and
// our own words alone; nothing that the audited endpoint wrote. Pure.

import type { FetchObservation, Observation } from './observation.js';
import { MAX_AUDITED_SERIES } from './read-exposition.js';

/** No exposition was read, from nobody's answer. */
export interface Unread {
  /** Strangers alone were tried, and refused: as it should be, and no failure of the audit. */
  readonly closed: boolean;
  /** The end of a sentence. */
  readonly why: string;
}

/** Why nothing was read; undefined where something was. */
export function whyUnread({ source, contents, fetches, failures }: Observation): Unread | undefined {
  if (contents.some(({ read }) => read.exposition !== undefined)) return undefined;
  const [unreadable] = contents;
  if (unreadable !== undefined) return failed(whyUnreadable(unreadable.read));
  if (source.kind !== 'url') return failed('the input is no exposition');
  const presented = [...fetches, ...failures].some(({ reader }) => reader === 'scraper');
  const fetch = fetches.find(({ reader }) => !presented || reader === 'scraper');
  if (fetch === undefined) return failed('nothing answered the fetch with the credential');
  if (!presented && isRefusal(fetch)) {
    const how = '--bearer-token-file or --basic looks inside';
    return { closed: true, why: `it answered ${String(fetch.status)}; ${how}` };
  }
  return failed(whyNoExposition(fetch));
}

/** The whole sentence. */
export function sentenceOf({ closed, why }: Unread): string {
  return `${closed ? 'Nothing behind the door was looked at' : 'Nothing could be looked at'}: ${why}.`;
}

function failed(why: string): Unread {
  return { closed: false, why };
}

function whyUnreadable({ tooLarge }: Observation['contents'][number]['read']): string {
  return tooLarge
    ? `the exposition has more than ${String(MAX_AUDITED_SERIES)} series`
    : 'the exposition is malformed, and nothing of it can be used';
}

function whyNoExposition(fetch: FetchObservation): string {
  const status = String(fetch.status);
  if (fetch.reader === 'scraper' && isRefusal(fetch)) return `the credential was refused with ${status}`;
  if (fetch.status >= 300 && fetch.status < 400) return `GET answers ${status}, a redirect`;
  if (fetch.status >= 200 && fetch.status < 300) return `GET answers ${status} with what is no exposition`;
  return `GET answers ${status}`;
}

function isRefusal({ status }: FetchObservation): boolean {
  return status === 401 || status === 403;
}
