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
    ['U__x_110000_', 'x_110000'],
    ['U__', ''],
    ['end__user', 'end_user'],
    ['user_._email', 'user_email'],
    ['_user', 'user'],
    ['user_email_', 'user_email'],
    ['__end__user__', 'end_user'],
    ['.user', 'user'],
    ['U___5f_user', 'user'],
    ['user_dot_email', 'user_email'],
    ['gen__ai_dot_conversation_dot_id', 'gen_ai_conversation_id'],
    ['polka_dots', 'polka_dots'],
    ['_', ''],
    ['___', ''],
    ['', ''],
  ])('P3: %j is %j', (name, normalised) => {
    expect(normaliseLabelName(name)).toBe(normalised);
  });

  test.each([
    ['_*', '_*'],
    ['*_', '*_'],
    ['__*', '_*'],
    ['_user_*', 'user_*'],
    ['*_user_', '*_user'],
    ['*_dot_*', '*_dot_*'],
    ['user.*', 'user_*'],
    ['_?', '_?'],
  ])('a rule keeps what is beside its wildcard: %j is %j', (glob, normalised) => {
    expect(normaliseLabelName(glob)).toBe(normalised);
  });

  test('keeps different names apart', () => {
    expect(normaliseLabelName('team')).not.toBe(normaliseLabelName('team_alias'));
    expect(normaliseLabelName('model')).not.toBe(normaliseLabelName('model_id'));
  });
});
