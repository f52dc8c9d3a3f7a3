// Section f of the attack list: names beyond the classic alphabet, on the assembled gate.

import { describe, expect, it } from 'vitest';
import { BEARER, answering, startGateway } from '../support/start-gateway.js';

const OPENMETRICS_UTF8 = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
const BODY = [
  '# TYPE "gen_ai.client.tokens" counter',
  '{"gen_ai.client.tokens_total","user.email"="erika@mustermann.example","client.ip"="192.0.2.7"} 1',
  '{"gen_ai.client.tokens_total","user.email"="erika@mustermann.example","client.ip"="192.0.2.8"} 2',
  '{"gen_ai.client.tokens_total","erika@mustermann.example"="x","model"="m"} 4',
  '# TYPE "of.erika@mustermann.example" gauge',
  '{"of.erika@mustermann.example"} 1',
  '# EOF',
  '',
].join('\n');

async function shown(accept: string): Promise<{ readonly text: string; readonly type: string | undefined }> {
  const scene = await startGateway({ upstream: answering(BODY, OPENMETRICS_UTF8) });
  const { text, headers } = await scene.get('/metrics', {
    headers: { Authorization: BEARER, Accept: accept },
  });
  return { text, type: headers['content-type'] };
}

describe('f. quoted names', () => {
  it.each(['application/openmetrics-text; version=1.0.0', OPENMETRICS_UTF8])(
    'P3: a quoted label is hidden like any other, and so is a name that is an address; Accept: %s',
    async (accept) => {
      const { text } = await shown(accept);
      expect(text).not.toMatch(/erika|mustermann|192\.0\.2/i);
      expect(text.match(/\} 3$/m)).not.toBeNull();
      expect(text.match(/p_[a-z2-7]{26}/g)).toHaveLength(2);
      expect(text.endsWith('# EOF\n')).toBe(true);
    },
  );

  it('P3: who understands quotes gets them, and who does not gets names that cannot collide', async () => {
    const quoted = await shown(OPENMETRICS_UTF8);
    expect(quoted.type).toContain('escaping=allow-utf-8');
    expect(quoted.text).toContain('{"gen_ai.client.tokens_total","user.email"="p_');
    const escaped = await shown('application/openmetrics-text; version=1.0.0');
    expect(escaped.text).toContain('U__gen__ai_2e_client_2e_tokens__total{U__user_2e_email="p_');
    expect(escaped.text).not.toContain('{"');
  });

  it('P3: quotes where the Content-Type does not announce them are refused', async () => {
    const text = 'x 1\n{"a.b"} 1\n';
    const scene = await startGateway({
      upstream: answering(text),
    });
    expect((await scene.get()).status).toBe(502);
  });
});
