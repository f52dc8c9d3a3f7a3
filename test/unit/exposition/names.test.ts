import { describe, expect, test } from 'vitest';

import { escapeFamilyName, escapeLabelName, quoteName } from '../../../src/exposition/names.js';

describe('escaped names', () => {
  test.each([
    ['mysystem.prod.west.cpu.load', 'U__mysystem_2e_prod_2e_west_2e_cpu_2e_load'],
    ['http.status:sum', 'U__http_2e_status:sum'],
    ['has_under.score', 'U__has__under_2e_score'],
    ['label with \u{1f631}', 'U__label_20_with_20__1f631_'],
    ['0a', 'U___30_a'],
    ['\n', 'U___a_'],
    ['a:b', 'a:b'],
    ['U__a', 'U__a'],
  ])('the metric %j is %s', (name, escaped) => {
    expect(escapeFamilyName({ name, type: 'gauge' }, 'text')).toBe(escaped);
  });

  test.each([
    ['user.email', 'U__user_2e_email'],
    ['a:b', 'U__a_3a_b'],
    ['1', 'U___31_'],
    ['end_user', 'end_user'],
  ])('the label %j is %s', (name, escaped) => {
    expect(escapeLabelName(name)).toBe(escaped);
  });
});

test('a name cannot leave its quotes', () => {
  expect(quoteName('a"\\\nb')).toBe('"a\\"\\\\\\nb"');
});
