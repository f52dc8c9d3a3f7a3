// What people see of the URL of a target.

import { expect, it } from 'vitest';
import { shownUrl } from '../../../src/targets/shown-url.js';

it.each([
  ['https://gateway.example/metrics', 'https://gateway.example/metrics'],
  ['http://127.0.0.1:4000/metrics/', 'http://127.0.0.1:4000/metrics/'],
  ['http://gateway.example/metrics?key=secret', 'http://gateway.example/metrics?…'],
])('%s is shown as %s', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
