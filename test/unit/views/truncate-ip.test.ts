import { expect, test } from 'vitest';
import { truncateIp } from '../../../src/views/truncate-ip.js';

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['0.0.0.0', '0.0.0.0/24'],
  ['2001:db8:aaaa:bbbb::1', '2001:db8:aaaa::/48'],
  ['2001:DB8::1', '2001:db8::/48'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8::/48'],
  ['::1', '::/48'],
  ['::', '::/48'],
  ['1:0:2::', '1:0:2::/48'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['::ffff:c000:24d', '192.0.2.0/24'],
  ['64:ff9b::192.0.2.77', '64:ff9b::/48'],
  ['192.0.2', undefined],
  ['192.0.2.256', undefined],
  ['192.0.02.1', undefined],
  ['0x7f.0.0.1', undefined],
  ['192.0.2.1:80', undefined],
  ['1:2:3:4:5:6:7', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  ['1::2::3', undefined],
  ['12345::', undefined],
  ['fe80::1%eth0', undefined],
  ['', undefined],
  ['None', undefined],
])('%j is in %j', (text, network) => {
  expect(truncateIp(text)).toBe(network);
});
