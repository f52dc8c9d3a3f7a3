import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  fillTemplate,
  type ViewTemplateOptions,
} from '../../../src/gateway/view-template.js';
import { PSEUDONYM_KEY } from '../../support/start-gateway.js';

const TEMPLATE: ViewTemplateOptions = {
  view: { name: 'tenant', target: 'litellm', preset: 'litellm', share: ['up'] },
  scopedLabels: ['team'],
};

describe('fillTemplate', () => {
  it('scopes each label by the values, besides what is allowed for all, and changes nothing else', () => {
    const template: ViewTemplateOptions = {
      view: { ...TEMPLATE.view, only: { team: ['common'], region: ['eu'] } },
      scopedLabels: ['team', 'org'],
    };
    expect(fillTemplate(template, ['a', 'b'])).toEqual({
      ...TEMPLATE.view,
      only: { team: ['common', 'a', 'b'], region: ['eu'], org: ['a', 'b'] },
    });
    expect(template.view.only).toEqual({ team: ['common'], region: ['eu'] });
  });

  it.each(['constructor', 'toString', '__proto__'])('scopes a label that is called %s', (label) => {
    const { only } = fillTemplate({ ...TEMPLATE, scopedLabels: [label] }, ['a']);
    expect(Object.entries(only ?? {})).toEqual([[label, ['a']]]);
  });

  it('keeps pseudonyms of two views apart where that is wished', () => {
    const scope = (...values: readonly string[]): string | undefined =>
      fillTemplate({ ...TEMPLATE, ownPseudonyms: true }, values).pseudonymScope;
    expect(fillTemplate(TEMPLATE, ['a']).pseudonymScope).toBeUndefined();
    expect(new Set([scope('a'), scope('b'), scope('a', 'b'), scope('a","b')]).size).toBe(4);
  });
});

describe('compileTemplate', () => {
  it('refuses what no view of it could be', () => {
    expect(() =>
      compileTemplate({ ...TEMPLATE, view: { ...TEMPLATE.view, share: [] } }, PSEUDONYM_KEY),
    ).toThrow(/view "tenant" is not valid/);
  });

  it('calls its views by hashes under the key: of the template, and of the values', () => {
    const { idOf, made } = compileTemplate(TEMPLATE, PSEUDONYM_KEY);
    expect(idOf(['acme'])).toMatch(/^tenant#[\w-]{43}#[\w-]{43}$/);
    expect(idOf(['acme'])).toBe(compileTemplate(TEMPLATE, PSEUDONYM_KEY).idOf(['acme']));
    expect(new Set([idOf(['a']), idOf(['b']), idOf(['a', 'b']), idOf(['a","b'])]).size).toBe(4);
    expect(compileTemplate(TEMPLATE, Buffer.alloc(32, 8)).idOf(['acme'])).not.toBe(idOf(['acme']));
    expect(made(idOf(['acme']))).toBe(true);
    const changed = compileTemplate(
      { ...TEMPLATE, view: { ...TEMPLATE.view, share: ['other'] } },
      PSEUDONYM_KEY,
    );
    expect(changed.made(idOf(['acme']))).toBe(false);
    expect([made('tenant'), made('tenant#x'), made('tenants#x#y')]).toEqual([false, false, false]);
  });

  it('compiles the view of some values, which nothing else shares state with', () => {
    const { idOf, compile } = compileTemplate(TEMPLATE, PSEUDONYM_KEY);
    const views = [['a'], ['b'], ['a']].map((values) => compile(idOf(values), values));
    expect(views.map(({ options }) => options.only)).toEqual([
      { team: ['a'] },
      { team: ['b'] },
      { team: ['a'] },
    ]);
    const [a, b, again] = views.map(({ fingerprint }) => fingerprint);
    expect(a).toBe(again);
    expect(a).not.toBe(b);
  });
});
