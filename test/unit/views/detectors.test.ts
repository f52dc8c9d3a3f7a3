import { describe, expect, test } from 'vitest';
import { detect, type Detection } from '../../../src/views/detectors.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl';

const found: readonly (readonly [text: string, detection: Detection])[] = [
  ['anna.mueller@acme.example', 'email'],
  ['Acme key for anna.mueller@acme.example (prod)', 'email'],
  ['anna+tag@sub.acme.example.', 'email'],
  ['m\u00fcller@f\u00fcnf.example', 'email'],
  ['anna%40acme.example', 'email'],
  ['"quoted"@acme.example', 'email'],
  ['a@b@acme.example', 'email'],
  ['anna@xn--fnf-hoa.xn--p1ai', 'email'],
  ['10.42.7.19', 'ip_address'],
  ['http://10.42.7.19:8888/v1', 'ip_address'],
  ['from 192.0.2.1.', 'ip_address'],
  ['[2001:db8::1]:443', 'ip_address'],
  ['2001:db8:0:0:0:0:0:1', 'ip_address'],
  ['::1', 'ip_address'],
  ['::ffff:192.0.2.1', 'ip_address'],
  ['fe80::1%eth0', 'ip_address'],
  [JWT, 'jwt'],
  [`token=${JWT}`, 'jwt'],
  ['sk-1234', 'api_key'],
  ['key sk-proj-abcdefgh', 'api_key'],
  ['AKIAIOSFODNN7EXAMPLE', 'api_key'],
  ['ghp_0123456789abcdef0123', 'api_key'],
  ['Bearer abcdefgh', 'api_key'],
  ['authorization: bearer   0123456789', 'api_key'],
  ['https://user:password@host/path', 'url_userinfo'],
  ['redis://:password@cache', 'url_userinfo'],
  [`p_${'a'.repeat(26)}`, 'pseudonym'],
];

const clean: readonly string[] = [
  '',
  'None',
  'gpt-4o-mini',
  'claude-3-5-sonnet@20240620',
  'gemini-1.5-pro@001',
  'meta-llama/Llama-3.3-70B-Instruct',
  'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  '3fb62d2c-8186-4fc9-a34f-806fabf4a07c',
  '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b',
  'https://api.openai.com/v1',
  'https://contoso-eastus2.openai.azure.com/openai/',
  'http://vllm-llama33.ml-prod.svc.cluster.local:8000/v1',
  'Openai.RateLimitError',
  '3.13.1',
  '1.2.3.4.5',
  'v1.2.3.4',
  '999.1.1.1',
  '12:34:56',
  '2026-01-02T03:04:05Z',
  'std::vector',
  '::',
  'task-1234',
  'risk-assessment',
  'disk-0001',
  'bearer',
  'Bearer token',
  'eyJ.eyJ.eyJ',
  'mail@localhost',
  '@mention',
  'user@',
  'p_short',
  `P_${'a'.repeat(26)}`,
  '/v1/chat/completions',
  '0.07500000000000001',
];

describe('detect', () => {
  test.each(found)('finds in %j: %s', (text, detection) => {
    expect(detect(text)).toBe(detection);
  });

  test.each(clean)('leaves %j alone', (text) => {
    expect(detect(text)).toBeUndefined();
  });

  // A quadratic detector would need hours for each of these; the test runner's own limit ends the test then.
  test.each([
    '@',
    'a@',
    '%40',
    '1.',
    '1:',
    ':',
    'eyJ',
    'eyJaaaa.',
    'sk-',
    'bearer ',
    '://',
    'a://',
    'a@b.',
    'Bearer a ',
  ])('P21: a megabyte of %j costs a megabyte of work', (unit) => {
    expect(() => detect(unit.repeat(1_000_000 / unit.length))).not.toThrow();
  });
});
