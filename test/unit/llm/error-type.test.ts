import { describe, expect, it } from 'vitest';
import { errorTypeOf } from '../../../src/llm/error-type.js';

class APIConnectionError extends Error {}

const unnamed = Object.assign(new Error('x'), { code: 'not a code', status: 200 });
const hostile = Object.defineProperty(new Error('x'), 'status', {
  get() {
    throw new Error('not today');
  },
});

describe('errorTypeOf', () => {
  it.each([
    ['a text, which may hold anything', 'anna@acme.example', '_OTHER'],
    ['nothing', undefined, '_OTHER'],
    ['a plain object', { message: 'anna@acme.example' }, '_OTHER'],
    ['an error without a name of its own', unnamed, 'Error'],
    ['an error that throws', hostile, '_OTHER'],
    ['a name that is a sentence', Object.assign(new Error('x'), { name: 'User anna failed' }), 'Error'],
    ['a name without an end', Object.assign(new Error('x'), { name: 'E'.repeat(65) }), 'Error'],
    ['an error of HTTP', Object.assign(new Error('x'), { status: 429, code: 'RATE_LIMIT' }), '429'],
    ['an error of HTTP, by another name', { statusCode: 503 }, '503'],
    ['an error of the system', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'ECONNRESET'],
    ['an error with a name', new DOMException('x', 'TimeoutError'), 'TimeoutError'],
    ['an error of a class', new APIConnectionError('x'), 'APIConnectionError'],
    ['an object without a prototype', Object.create(null), '_OTHER'],
  ])('of %s', (_, error, type) => {
    expect(errorTypeOf(error)).toBe(type);
  });
});
