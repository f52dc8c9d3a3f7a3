import { describe, expect, it } from 'vitest';
import { formatPath, ProblemList } from '../../../src/config/problems.js';
import { SettingPaths } from '../../../src/internal/setting-paths.js';
import { ScrapegateError } from '../../../src/errors.js';

describe('formatPath', () => {
  it.each([
    [['views', 'acme', 'only', 'team', 0], 'views.acme.only.team[0]'],
    [['views', 'a b'], 'views."a b"'],
    [['a\nb\u001b[31m'], '"a\\nb\\u001b[31m"'],
    [['\u202eevil'], '"\\u202eevil"'],
    [[], ''],
  ])('%j', (segments, expected) => expect(formatPath(segments)).toBe(expected));

  it('cuts keys of absurd length', () => {
    expect(formatPath(['x'.repeat(10_000)]).length).toBeLessThan(110);
  });
});

describe('ProblemList', () => {
  it('throws nothing while there is nothing', () => {
    expect(() => new ProblemList().throwIfAny()).not.toThrow();
  });

  it('throws all problems at once, each once', () => {
    const problems = new ProblemList();
    problems.add('a', 'is wrong');
    problems.add('a', 'is wrong');
    problems.add('b', 'is wrong');
    const throwing = (): void => problems.throwIfAny();
    expect(throwing).toThrow(ScrapegateError);
    expect(throwing).toThrow('2 problems');
    expect(problems.all).toHaveLength(2);
  });

  it('gives the file to what has no line in it, and to nothing else', () => {
    const places = (file?: string): readonly unknown[] => {
      const problems = new ProblemList(file);
      for (const path of ['', 'targets', 'PORT', '--listen']) problems.add(path, 'is wrong');
      return problems.all.map(({ place }) => place);
    };
    expect(places('gate.yml')).toEqual(['gate.yml', 'gate.yml', undefined, undefined]);
    expect(places()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('knows what is below a path, and not what only begins like it', () => {
    const problems = new ProblemList();
    problems.add('views.acme.only', 'is wrong');
    expect(problems.hasUnder('views.acme')).toBe(true);
    expect(problems.hasUnder('views.ac')).toBe(false);
  });
});

describe('SettingPaths', () => {
  const paths = new SettingPaths();
  paths.set('network.allowedIps', 'METRICS_ALLOWED_IPS');
  paths.set('credentials[0]', 'credentials.books');
  paths.set('credentials[0].proofs[1].username', 'credentials.books.username');

  it.each([
    ['network.allowedIps', 'METRICS_ALLOWED_IPS'],
    ['network.allowedIps[3]', 'METRICS_ALLOWED_IPS[3]'],
    ['credentials[0].proofs[1].username', 'credentials.books.username'],
    ['credentials[0].proofs[1].digest', 'credentials.books'],
    ['somewhere.else', ''],
  ])('%s came from %j', (option, setting) => expect(paths.settingOf(option)).toBe(setting));
});
