// The codes of errors and warnings are public: code, types and documentation must list the same ones.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, WARNING_CODES, type ErrorCode, type WarningCode } from '../../src/errors.js';

const DOCS = new URL('../../docs/', import.meta.url);

// Complete by type: a code that is missing here, or that is not one, does not compile.
const ERRORS: Record<ErrorCode, true> = {
  ERR_SCRAPEGATE_CONFIG_INVALID: true,
  ERR_SCRAPEGATE_CONFIG_UNREADABLE: true,
  ERR_SCRAPEGATE_OPTIONS_INVALID: true,
  ERR_SCRAPEGATE_LISTEN_FAILED: true,
  ERR_SCRAPEGATE_STATE_UNREADABLE: true,
  ERR_SCRAPEGATE_USAGE_INVALID: true,
  ERR_SCRAPEGATE_TARGET_FAILED: true,
  ERR_SCRAPEGATE_OUTPUT_FAILED: true,
  ERR_SCRAPEGATE_MOUNT_REFUSED: true,
};
const WARNINGS: Record<WarningCode, true> = {
  WARN_SCRAPEGATE_CLOSED: true,
  WARN_SCRAPEGATE_UNAUTHENTICATED: true,
  WARN_SCRAPEGATE_ALLOWED_IPS_ONLY: true,
  WARN_SCRAPEGATE_TOKEN_WEAK: true,
  WARN_SCRAPEGATE_PASSWORD_HASH_WEAK: true,
  WARN_SCRAPEGATE_WEB_CONFIG_IGNORED: true,
  WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE: true,
  WARN_SCRAPEGATE_CERTIFICATE_UNUSABLE: true,
  WARN_SCRAPEGATE_PLAIN_HTTP: true,
  WARN_SCRAPEGATE_TARGET_OPEN: true,
  WARN_SCRAPEGATE_TRUST_PROXY_ANY: true,
  WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL: true,
  WARN_SCRAPEGATE_STATE_DAMAGED: true,
  WARN_SCRAPEGATE_NODE_OUTDATED: true,
  WARN_SCRAPEGATE_RESTART_NEEDED: true,
  WARN_SCRAPEGATE_NOTIFY_FAILED: true,
};

describe('codes', () => {
  it('of errors are those of the types and of docs/errors.md', () => {
    const documented = readFileSync(new URL('errors.md', DOCS), 'utf8').matchAll(/^\| `(ERR_\w+)` +\|/gm);
    expect(new Set(ERROR_CODES)).toEqual(new Set(Object.keys(ERRORS)));
    expect(new Set([...documented].map(([, code]) => code))).toEqual(new Set(ERROR_CODES));
  });

  it('of warnings are those of the types, each with a page', () => {
    expect(new Set(WARNING_CODES)).toEqual(new Set(Object.keys(WARNINGS)));
    expect(new Set(readdirSync(new URL('warnings/', DOCS)))).toEqual(
      new Set(WARNING_CODES.map((code) => `${code}.md`)),
    );
  });

  it.each(WARNING_CODES)('the page of %s says what, why and how', (code) => {
    const page = readFileSync(new URL(`warnings/${code}.md`, DOCS), 'utf8');
    expect(page.startsWith(`# ${code}: `)).toBe(true);
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What it means', 'Why it matters', 'What to do']);
  });

  it('that the source uses are all documented', () => {
    const source = readdirSync(new URL('../../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8'))
      .join('\n');
    const used = new Set([...source.matchAll(/\b(?:ERR|WARN)_SCRAPEGATE_[A-Z_]+\b/g)].map(([code]) => code));
    expect(used).toEqual(new Set([...ERROR_CODES, ...WARNING_CODES]));
  });
});
