// deploy/prometheus under promtool: every rule is well formed, every alert fires for what it should and for nothing else.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeRules } from '../support/e2e/promtool.js';
import { temporaryFolder } from '../support/e2e/scaffold.js';

const FOLDER = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));

describe('promtool', () => {
  const copy = temporaryFolder('rules');
  let names: readonly string[];

  beforeAll(async () => {
    names = (await readdir(join(FOLDER, 'tests'))).toSorted();
    await mkdir(join(copy(), 'tests'));
    for (const name of names) {
      await writeFile(join(copy(), 'tests', name), await readFile(join(FOLDER, 'tests', name)));
    }
  });

  test.each([
    {
      what: 'a bound that is too low',
      from: 'scrapegate_issuer_keys_age_seconds > 1800',
      to: 'scrapegate_issuer_keys_age_seconds > 60',
      file: 'credentials.yml',
    },
    {
      what: 'an alert that waits for nothing',
      from: 'expr: scrapegate_target_up == 0\n        for: 5m',
      to: 'expr: scrapegate_target_up == 0',
      file: 'targets.yml',
    },
    {
      what: 'an alert that never fires',
      from: 'scrapegate_warnings == 1',
      to: 'scrapegate_warnings == 2',
      file: 'gate.yml',
    },
    { what: 'a text that changed', from: 'held personal data', to: 'holds', file: 'views.yml' },
  ])('sees $what', async ({ from, to, file }) => {
    const rules = await readFile(join(FOLDER, 'rules.yml'), 'utf8');
    expect(rules).toContain(from);
    await writeFile(join(copy(), 'rules.yml'), rules.replace(from, to));
    const verdict = await judgeRules('test', [join(copy(), 'tests', file)]);
    expect(verdict.output).toContain('FAILED');
    expect(verdict.ok).toBe(false);
  });

  test('sees a rule that is no PromQL', async () => {
    const rules = await readFile(join(FOLDER, 'rules.yml'), 'utf8');
    await writeFile(join(copy(), 'rules.yml'), rules.replace('up == 0 and', 'up == 0 andd'));
    expect(await judgeRules('check', [join(copy(), 'rules.yml')])).toMatchObject({ ok: false });
  });

  test('accepts the rules', async () => {
    const verdict = await judgeRules('check', [join(FOLDER, 'rules.yml')]);
    expect(verdict.output).toMatch(/SUCCESS: \d+ rules found/u);
    expect(verdict.ok).toBe(true);
  });

  test('finds that each alert does what its tests say', async () => {
    const verdict = await judgeRules(
      'test',
      names.map((name) => join(FOLDER, 'tests', name)),
    );
    expect(verdict.output.match(/SUCCESS/gu)).toHaveLength(names.length);
    expect(verdict).toMatchObject({ ok: true });
  });
});
