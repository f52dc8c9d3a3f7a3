import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joinChunks } from '../../../src/internal/byte-chunks.js';
import { answerStatus } from '../../../src/status/answer.js';
import { statusData } from '../../support/status-data.js';

const answer = answerStatus(statusData());
const page = new TextDecoder().decode(joinChunks(answer.body));
const policy = String(answer.headers['Content-Security-Policy']);

describe('the answer', () => {
  it('is kept by no cache, shown in no frame, and tells nobody where it was', () => {
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'DENY',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
      },
    });
  });

  it('has a policy that allows its own style sheet and its icon, and nothing else', () => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style, 'utf8').digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(style.length).toBeGreaterThan(1000);
  });

  it('has no script, no style of an element, no form, and loads nothing', () => {
    expect(page).not.toMatch(/<script|\sstyle=|\son\w+=|<form|<iframe|<img|@import|url\(|http-equiv/i);
    const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !/^(?:#[\w-]+|data:image\/svg\+xml,[^"]*|)$/.test(target))).toEqual([]);
  });
});
