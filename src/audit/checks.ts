// Every check by its id: what it says, how bad it is, and what helps. Ids are public, documented in docs/audit.md and
// never used again for something else. Severities are computed from these vectors, never written down.

/** Every id, `<area>/<fact>`, in the order of the documentation. */
export const CHECK_IDS = [
  'access/open',
  'access/open-path',
  'access/open-port',
  'access/method',
  'access/redirect',
  'access/credential-refused',
  'transport/plain-http',
  'transport/plain-http-loopback',
  'transport/cacheable',
  'privacy/email',
  'privacy/person',
  'privacy/client-address',
  'privacy/user-agent',
  'privacy/organisation',
  'privacy/session',
  'privacy/client-metadata',
  'privacy/key-name',
  'privacy/help',
  'privacy/name',
  'privacy/exemplar',
  'secrets/token',
  'secrets/key-hash',
  'secrets/well-known-key',
  'tenants/named',
  'tenants/several',
  'topology/internal-host',
  'topology/deployment',
  'cardinality/label',
  'cardinality/family',
  'cardinality/size',
  'cardinality/growth',
  'format/malformed',
  'format/content-type',
  'format/not-metrics',
  'software/detected',
  'software/open-by-default',
  'software/version',
] as const;

/** One of them. */
export type CheckId = (typeof CHECK_IDS)[number];

/** What a check is. */
export interface CheckDefinition {
  /** One sentence fragment, for tables. */
  readonly title: string;
  /** CVSS 3.1 base vector where a stranger sees it. */
  readonly vector: string;
  /** The same where a credential is needed to see it. @default `vector` */
  readonly scraperVector?: string;
  /** What to do about it. */
  readonly fix: string;
}

const NO_IMPACT = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N';
/** Part of the data, read from afar. */
const READS_SOME = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N';
const SCRAPER_READS_SOME = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N';
const READS_ALL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
const SCRAPER_READS_ALL = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N';
/** Series without bound, made by those who send requests. */
const GROWS = 'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:N/I:N/A:L';

const HIDE_LABELS =
  'Put Scrapegate in front and let scrapers read a view: its preset replaces these labels by keyed pseudonyms, or drops them and adds the series up.';

const CHECKS: Readonly<Record<CheckId, CheckDefinition>> = {
  'access/open': {
    title: 'metrics are readable without a credential',
    vector: READS_SOME,
    fix: 'Require a credential: put Scrapegate in front, and let the endpoint itself listen on loopback or a private network.',
  },
  'access/open-path': {
    title: 'another path serves metrics without a credential',
    vector: READS_SOME,
    fix: 'Close these paths as well, or let a front door pass one exact path on and nothing else.',
  },
  'access/open-port': {
    title: 'another port of this host serves metrics without a credential',
    vector: READS_SOME,
    fix: 'Bind that port to loopback or a private network, or put Scrapegate in front of it as well.',
  },
  'access/method': {
    title: 'methods other than GET and HEAD answer with metrics',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N',
    fix: 'Answer 405 to every method but GET and HEAD: rules that look at GET alone do not see the others.',
  },
  'access/redirect': {
    title: 'the address answers with a redirect',
    vector: NO_IMPACT,
    fix: 'Scrape the address behind the redirect itself: a credential that follows a redirect goes wherever it points.',
  },
  'access/credential-refused': {
    title: 'the credential was refused',
    vector: NO_IMPACT,
    fix: 'Check the token or the password, and whether it may read metrics. Contents could not be looked at.',
  },
  'transport/plain-http': {
    title: 'metrics and credentials travel unencrypted',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N',
    fix: 'Serve HTTPS: Scrapegate takes a certificate as `tls`, or let a proxy in front of it end TLS.',
  },
  'transport/plain-http-loopback': {
    title: 'plain HTTP on loopback',
    vector: NO_IMPACT,
    fix: 'Nothing to do while only this machine connects.',
  },
  'transport/cacheable': {
    title: 'answers may be stored by caches',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N',
    fix: 'Send `Cache-Control: no-store` with every answer. Scrapegate does.',
  },
  'privacy/email': {
    title: 'e-mail addresses',
    vector: READS_ALL,
    scraperVector: SCRAPER_READS_ALL,
    fix: HIDE_LABELS,
  },
  'privacy/person': {
    title: 'identities of persons',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/client-address': {
    title: 'addresses of clients',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/user-agent': {
    title: 'user agents of clients',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/organisation': {
    title: 'names of companies and teams',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/session': {
    title: 'accounts, sessions and conversations',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/client-metadata': {
    title: 'metadata that clients send along',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/key-name': {
    title: 'names of keys, chosen by their owners',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: HIDE_LABELS,
  },
  'privacy/help': {
    title: 'personal data or secrets in HELP texts',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: 'Take them out of the HELP texts. Views replace such a text.',
  },
  'privacy/name': {
    title: 'personal data or secrets in names of metrics or labels',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: 'Move values out of names. Views withhold such metrics and labels.',
  },
  'privacy/exemplar': {
    title: 'personal data or secrets in exemplars',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: 'Take them out of exemplars, or let scrapers read a view: it drops exemplars.',
  },
  'secrets/token': {
    title: 'tokens, API keys or passwords in clear',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N',
    scraperVector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:N',
    fix: 'Revoke them now: whoever has scraped has them, and so has the storage of Prometheus. Then find out who writes them into labels.',
  },
  'secrets/key-hash': {
    title: 'unkeyed hashes of keys',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: 'A weak key is found from its hash by trying. Let scrapers read a view: it replaces hashes by keyed pseudonyms.',
  },
  'secrets/well-known-key': {
    title: 'a key that everybody knows is in use',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    fix: 'Replace that key now: it stands in documentation and examples, and opens this gateway to anybody.',
  },
  'tenants/named': {
    title: 'one reader sees several tenants by name',
    vector: READS_SOME,
    scraperVector: SCRAPER_READS_SOME,
    fix: 'Give each tenant a view of its own (`only`), and operators one with pseudonyms.',
  },
  'tenants/several': {
    title: 'one reader sees several tenants, none by name',
    vector: NO_IMPACT,
    fix: 'Right for whoever runs the service. Tenants themselves need a view of their own (`only`).',
  },
  'topology/internal-host': {
    title: 'internal hosts and addresses',
    vector: READS_SOME,
    scraperVector: NO_IMPACT,
    fix: 'Close the endpoint to strangers. Where scrapers should not see them either, add a rule for the label to their view.',
  },
  'topology/deployment': {
    title: 'model deployments and their identifiers',
    vector: READS_SOME,
    scraperVector: NO_IMPACT,
    fix: 'Close the endpoint to strangers. Where scrapers should not see them either, add a rule for the label to their view.',
  },
  'cardinality/label': {
    title: 'a label with very many values',
    vector: GROWS,
    fix: 'Let scrapers read a view that drops the label or caps it (`max_values_per_label`): further values are shown as `__other__`.',
  },
  'cardinality/family': {
    title: 'a metric with very many series',
    vector: GROWS,
    fix: 'Drop labels that nobody asks for, and what is left is added up correctly; or leave the metric out of the view.',
  },
  'cardinality/size': {
    title: 'a very large exposition',
    vector: GROWS,
    fix: 'Leave out metrics and labels that nobody asks for; ask for gzip; cap series with `max_series`.',
  },
  'cardinality/growth': {
    title: 'new series from one fetch to the next',
    vector: GROWS,
    fix: 'Find the label whose values clients choose, and drop or cap it in the view.',
  },
  'format/malformed': {
    title: 'the exposition is malformed',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:N/I:L/A:N',
    fix: 'Have the software that writes it repaired: a value that is not escaped can write series of its own. `on_malformed: quarantine` serves the rest meanwhile.',
  },
  'format/content-type': {
    title: 'no usable Content-Type',
    vector: NO_IMPACT,
    fix: 'Answer with `text/plain; version=0.0.4; charset=utf-8` or the type of OpenMetrics: newer scrapers refuse anything else.',
  },
  'format/not-metrics': {
    title: 'the answer is no exposition',
    vector: NO_IMPACT,
    fix: 'Check the address, and whether metrics are switched on there.',
  },
  'software/detected': {
    title: 'the software is known',
    vector: NO_IMPACT,
    fix: 'Use the preset that fits it.',
  },
  'software/open-by-default': {
    title: 'this version serves metrics to anybody by default',
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N',
    fix: 'Update it, or set what closes the endpoint.',
  },
  'software/version': {
    title: 'strangers learn the version',
    vector: NO_IMPACT,
    fix: 'Close the endpoint to strangers; keep the software up to date.',
  },
};

/** The definition of a check. */
export function definitionOf(id: CheckId): CheckDefinition {
  return CHECKS[id];
}
