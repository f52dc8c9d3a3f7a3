import { describe, expect, it } from 'vitest';
import { EXIT_CODES_HELP, exitCodeOf } from '../../../src/cli/exit-codes.js';
import { reportError } from '../../../src/cli/report.js';
import { ERROR_CODES, ScrapegateError } from '../../../src/errors.js';
import { createTestContext } from '../../support/cli-context.js';

describe('reportError', () => {
  it('an error nobody foresaw tells where, and not what it said', () => {
    const context = createTestContext();
    expect(reportError(new TypeError('hunter2 is not a function'), context)).toBe(1);
    expect(context.err()).toContain('TypeError: a fault of scrapegate itself');
    expect(context.err()).toMatch(/^\s+at .*report\.test/m);
    expect(context.err()).not.toContain('hunter2');
  });

  it('what is no error at all is survived', () => {
    const context = createTestContext();
    expect(reportError('hunter2', context)).toBe(1);
    expect(context.err()).not.toContain('hunter2');
  });

  it.each(ERROR_CODES)('%s is one line with its code', (code) => {
    const context = createTestContext();
    expect(reportError(new ScrapegateError(code, 'something is wrong'), context)).toBe(exitCodeOf(code));
    expect(context.err()).toBe(`error: something is wrong (${code})\n`);
  });

  it('every exit code that an error leads to is in the help', () => {
    for (const code of ERROR_CODES) expect(EXIT_CODES_HELP).toContain(`\n  ${String(exitCodeOf(code))}  `);
  });
});
