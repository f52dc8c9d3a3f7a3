import { describe, expect, test } from 'vitest';
import { normaliseLabelName } from '../../../src/views/label-name.js';

describe('normaliseLabelName', () => {
  test.each([
    ['end_user', 'end_user'],
    ['End_User', 'end_user'],
    ['END_USER', 'end_user'],
    ['end-user', 'end_user'],
    ['end.user', 'end_user'],
    ['endUser', 'end_user'],
    ['userEmail', 'user_email'],
    ['hashedAPIKey', 'hashed_api_key'],
    ['user2Email', 'user2_email'],
    ['end_user ', 'end_user'],
    ['end\u200b_user', 'end_user'],
    ['\uff45\uff4e\uff44_\uff55\uff53\uff45\uff52', 'end_user'],
    ['U__end_5f_user', 'end_user'],
    ['U__end__user', 'end_user'],
    ['U__client_2d_ip', 'client_ip'],
    ['U__x_110000_', 'x_110000_'],
    ['U__', ''],
    ['', ''],
  ])('P3: %j is %j', (name, normalised) => {
    expect(normaliseLabelName(name)).toBe(normalised);
  });

  test('keeps different names apart', () => {
    expect(normaliseLabelName('team')).not.toBe(normaliseLabelName('team_alias'));
    expect(normaliseLabelName('model')).not.toBe(normaliseLabelName('model_id'));
  });
});
