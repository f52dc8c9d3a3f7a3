// docs/library.md: its table has every option, and its example of credentials and views runs as it stands there.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPage } from '../support/documentation.js';
import { fencedBlocks, tableUnder } from '../support/markdown.js';
import { REPOSITORY } from '../support/rooms.js';

const PAGE = readPage('docs/library.md');

/** The members of an interface of the options, from the source: types are gone at run time. */
function membersOf(type: string): readonly string[] {
  const source = readFileSync(`${REPOSITORY}src/embedded/options.ts`, 'utf8').replaceAll(
    /\/\*\*.*?\*\//gs,
    '',
  );
  const body = new RegExp(`export interface ${type}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name = '']) => name);
}

describe('docs/library.md', () => {
  it('has every option, and no other', () => {
    const members = membersOf('MetricsOptions');
    expect(members).toContain('bearerToken');
    expect(tableUnder(PAGE, 'Options').map(([name = '']) => name.replaceAll('`', ''))).toEqual(members);
  });

  it('has an example of credentials and views that opens a tenant its own series alone', () => {
    const [example] = fencedBlocks(PAGE).filter(({ info }) => info === 'js views');
    const script = `${example?.text ?? ''}
      import { Counter } from 'prom-client';
      const counter = new Counter({ name: 'c_total', help: 'c', labelNames: ['team'] });
      counter.inc({ team: 'acme' }, 2);
      counter.inc({ team: 'globex' }, 3);
      server.listen(0, '127.0.0.1', async () => {
        const get = async (path, token) => {
          const url = 'http://127.0.0.1:' + server.address().port + path;
          const answer = await fetch(url, { headers: { Authorization: 'Bearer ' + token } });
          return [answer.status, (await answer.text()).split('\\n').filter((line) => line.startsWith('c_total'))];
        };
        console.log(JSON.stringify([
          await get('/metrics', 'a'.repeat(43)),
          await get('/metrics', 'b'.repeat(43)),
          await get('/v1/metrics', 'b'.repeat(43)),
          await get('/metrics', 'c'.repeat(43)),
        ]));
        server.closeAllConnections();
        server.close();
        await metrics.close();
      });`;
    const printed = execFileSync(
      process.execPath,
      ['--input-type=module', '--no-warnings', '--eval', script],
      {
        cwd: REPOSITORY,
        encoding: 'utf8',
        env: {
          ...process.env,
          METRICS_BEARER_TOKEN: 'a'.repeat(43),
          ACME_TOKEN_DIGEST: `sha256:${createHash('sha256').update('b'.repeat(43)).digest('hex')}`,
        },
      },
    );
    expect(JSON.parse(printed)).toEqual([
      [200, ['c_total{team="acme"} 2', 'c_total{team="globex"} 3']],
      [200, ['c_total{team="acme"} 2']],
      [403, []],
      [401, []],
    ]);
  });
});
