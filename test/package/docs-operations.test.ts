// docs/operations.md in step: paths, answers, reasons, log fields, events, and the gate's own metrics.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEventLog, lostLines } from '../../src/cli/log.js';
import { findRoute } from '../../src/gateway/routes.js';
import { answerFor, type WireReason } from '../../src/http/wire.js';
import { asRecord } from '../../src/internal/option-problems.js';
import { createTestContext } from '../support/cli-context.js';
import { nextTurn } from '../support/next-turn.js';
import { readPage } from '../support/documentation.js';
import { exposeOwnMetrics } from '../support/own-metrics.js';
import { codeSpans, fencedBlocks, tableUnder } from '../support/markdown.js';
import { REPOSITORY } from '../support/rooms.js';

const PAGE = readPage('docs/operations.md');

function plain(cell: string | undefined): string {
  return (cell ?? '').replaceAll('`', '');
}

/** The reasons of a union of string literals, from the source: types are gone at run time. */
function unionMembers(file: string, type: string): readonly string[] {
  const source = readFileSync(`${REPOSITORY}${file}`, 'utf8').replaceAll(/\/\*\*.*?\*\//gs, '');
  const union = new RegExp(`export type ${type} =([^;]*);`).exec(source)?.[1] ?? '';
  return [...union.matchAll(/'(\w+)'/g)].map(([, member]) => member ?? '');
}

describe('paths', () => {
  const targets = { default: 'first', names: new Set(['first', 'second']) };
  const documented = tableUnder(PAGE, 'Paths').map(([path]) => plain(path));

  it('that are documented lead somewhere', () => {
    const routes = documented.map(
      (path) => findRoute(path.replace('<target>', 'second'), 'all', targets).name,
    );
    expect(routes).toEqual(documented.map((path) => path.replace('<target>', 'second')));
  });

  it('that the router knows are documented', () => {
    const source = readFileSync(`${REPOSITORY}src/gateway/routes.ts`, 'utf8');
    const known = [...source.matchAll(/'(\/[\w/-]+)'/g)].map(([, path = '']) =>
      path.endsWith('/') ? `${path}<target>` : path,
    );
    expect(new Set(known)).toEqual(new Set(documented));
  });
});

describe('answers', () => {
  it('are listed for each status that a reason can lead to', () => {
    const documented = new Set(tableUnder(PAGE, 'Answers').map(([status]) => Number(plain(status))));
    const source = readFileSync(`${REPOSITORY}src/http/wire.ts`, 'utf8');
    const reasons = reasonsOf(source);
    const statuses = new Set([200, ...reasons.map((reason) => answerFor(reason, { challenges: [] }).status)]);
    expect(documented).toEqual(statuses);
  });

  it('list every reason with its status', () => {
    const documented = tableUnder(PAGE, 'Reasons').map(([reason, status]) => [plain(reason), Number(status)]);
    const source = readFileSync(`${REPOSITORY}src/http/wire.ts`, 'utf8');
    expect(documented).toEqual(
      reasonsOf(source).map((reason) => [reason, answerFor(reason, { challenges: [] }).status]),
    );
  });

  it('explain every 429', () => {
    const documented = tableUnder(PAGE, 'After a 429').map(([reason]) => plain(reason));
    const all = tableUnder(PAGE, 'Reasons').filter(([, status]) => status === '429');
    expect(documented).toEqual(all.map(([reason]) => plain(reason)));
  });

  it('explain every failure of a target', () => {
    const rows = tableUnder(PAGE, 'After a 502');
    const documented = rows
      .filter(([reason]) => plain(reason) === 'target_failed')
      .flatMap(([, d]) => codeSpans(d ?? ''));
    const known = unionMembers('src/targets/target.ts', 'TargetReason').filter(
      (reason) => reason !== 'timeout',
    );
    expect(new Set(documented)).toEqual(new Set(known));
    expect(rows.at(-1)?.[0]).toBe('`exposition_invalid`');
  });
});

describe('identity providers', () => {
  it('explain every failure', () => {
    const documented = tableUnder(PAGE, 'When an identity provider fails').map(([reason]) => plain(reason));
    const known = unionMembers('src/auth/oidc/issuer-failure.ts', 'IssuerFailureReason');
    // Closing is no failure of anybody, and not told.
    expect(documented).toEqual(known.filter((reason) => reason !== 'closed'));
  });
});

function reasonsOf(source: string): readonly WireReason[] {
  const table = /const WIRE_ANSWERS[^=]*= \{([^}]*)\}/.exec(source)?.[1] ?? '';
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of that table are the reasons
  return [...table.matchAll(/^ {2}(\w+):/gm)].map(([, reason]) => reason as WireReason);
}

describe('connections', () => {
  it('are closed for the reasons that are documented', () => {
    const source = readFileSync(`${REPOSITORY}src/gateway/listeners.ts`, 'utf8');
    const known = [
      ...unionMembers('src/gateway/connections.ts', 'AdmissionRefusal'),
      ...unionMembers('src/gateway/proxy-header.ts', 'ProxyHeaderFault'),
      ...unionMembers('src/adapters/node.ts', 'CutOffReason'),
      ...unionMembers('src/gateway/listeners.ts', 'ClosureReason'),
    ];
    expect(source).toMatch(/\| AdmissionRefusal\s+\| ProxyHeaderFault\s+\| CutOffReason\s+\|/u);
    const documented = tableUnder(PAGE, 'Connections').map(([reason]) => plain(reason));
    expect(documented.toSorted()).toEqual(known.toSorted());
  });
});

describe('the log', () => {
  const documented = tableUnder(PAGE, 'Log').flatMap(([field = '']) => codeSpans(field));

  it('of a request has the fields that are documented, in full', async () => {
    const context = createTestContext();
    const source = readFileSync(`${REPOSITORY}src/gateway/events.ts`, 'utf8');
    const members = /export interface RequestEvent \{([\s\S]*?)\n\}/.exec(source)?.[1] ?? '';
    const fields = [...members.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
    createEventLog(context.stderr)({
      kind: 'request',
      method: 'GET',
      route: '/metrics',
      status: 200,
      decision: 'allowed',
      bytesOut: 1,
      durationMs: 1,
    });
    await nextTurn();
    const common = Object.keys(context.log()[0] ?? {});
    const expected = new Set([...common, ...fields.filter((name) => name !== 'kind')]);
    expect(new Set(documented)).toEqual(expected);
  });

  it('shows examples that have only documented fields', () => {
    const shown = fencedBlocks(PAGE).find(({ info }) => info === 'json request')?.text ?? '';
    const lines = shown.trim().split('\n');
    expect(lines.length).toBe(2);
    for (const line of lines) {
      const parsed: unknown = JSON.parse(line);
      expect(Object.keys(asRecord(parsed) ?? {}).filter((field) => !documented.includes(field))).toEqual([]);
    }
  });

  it('has the events that are documented', () => {
    const source = readFileSync(`${REPOSITORY}src/gateway/events.ts`, 'utf8');
    const kinds = [...source.matchAll(/kind: '(\w+)'/g)].map(([, kind = '']) => kind);
    // The table of fields comes first under the same heading; the table of events is the second.
    const section = PAGE.slice(PAGE.indexOf('Other events:'));
    const events = [...section.slice(0, section.indexOf('### ')).matchAll(/^\| `(\w+)`/gm)].map(
      ([, kind]) => kind,
    );
    // One is not of the gate, but of the log itself.
    const ofTheLog: unknown = JSON.parse(lostLines(1));
    expect(new Set<unknown>(['request', ...events])).toEqual(
      new Set([...kinds, asRecord(ofTheLog)?.['event']]),
    );
  });
});

describe('the metrics of the gate', () => {
  it('are listed with type, labels and meaning', async () => {
    const text = await exposeOwnMetrics();
    const expected = [...text.matchAll(/^# HELP (scrapegate_\w+) (.*)\n# TYPE \S+ (\w+)\n(.*)$/gm)].map(
      ([, name = '', help = '', type = '', sample = '']) => {
        const labels = [...(/\{(.*)\}/.exec(sample)?.[1] ?? '').matchAll(/(\w+)="/g)]
          .map(([, label]) => label)
          .filter((label) => label !== 'le');
        return [name, type, labels.join(', ') || '–', help];
      },
    );
    const documented = tableUnder(PAGE, 'Metrics of the gate').map((row) => row.map(plain));
    expect(expected.length).toBeGreaterThan(10);
    expect(documented).toEqual(expected);
  });

  it('that any page speaks of exist', async () => {
    const text = await exposeOwnMetrics();
    const known = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name));
    const pages = ['README.md', 'docs/README.md', 'docs/monitoring.md', 'ARCHITECTURE.md'].map(readPage);
    const mentioned = [PAGE, ...pages]
      .flatMap((page) => [...page.matchAll(/\bscrapegate_\w+/g)])
      .map(([name]) => name);
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
  });
});
