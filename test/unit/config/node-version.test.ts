import { describe, expect, it } from 'vitest';
import { isOutdatedNode } from '../../../src/config/node-version.js';

describe('isOutdatedNode', () => {
  it.each(['20.19.0', '20.99.0', '21.7.3', '22.12.0', '22.23.1', '23.11.0', '24.16.9', '', 'unknown'])(
    '%s is',
    (version) => expect(isOutdatedNode(version)).toBe(true),
  );
  it.each(['22.23.2', '22.24.0', '24.17.0', '24.17.1', '24.18.0', '25.0.0', 'v26.1.0'])(
    '%s is not',
    (version) => expect(isOutdatedNode(version)).toBe(false),
  );
});
