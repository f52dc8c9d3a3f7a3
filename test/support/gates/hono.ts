// Hono and its server as far as tests use them. Their own types need a browser's, which this project does not have; what
// the entry asks of them is compared with theirs in test/package.

import type { Server } from 'node:http';
import type { HonoApplication } from '../../../src/embedded/hono.js';

/** The context of a request. */
export interface TestHonoContext {
  readonly req: { readonly url: string; readonly path: string; json(): Promise<unknown> };
  readonly env: unknown;
  text(text: string): Response;
  json(value: unknown): Response;
  body(stream: ReadableStream): Response;
}

type Handler = (
  context: TestHonoContext,
  next: () => Promise<void>,
) => Response | undefined | Promise<Response | undefined>;

/** An application. */
export interface TestHono extends HonoApplication {
  use(path: string, handler: Handler): unknown;
  get(path: string, handler: Handler): unknown;
  post(path: string, handler: Handler): unknown;
  all(path: string, handler: Handler): unknown;
  route(path: string, app: TestHono): unknown;
  basePath(path: string): TestHono;
  mount(path: string, handler: (request: Request, env: unknown) => Response | Promise<Response>): unknown;
  request(path: string, init?: RequestInit, env?: unknown): Promise<Response>;
  readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
}

interface HonoModules {
  readonly Hono: new (options?: object) => TestHono;
  readonly createAdaptorServer: (options: object) => Server;
}

/** Loads them. */
export async function loadHono(): Promise<HonoModules> {
  const names = ['hono', '@hono/node-server'];
  const modules: readonly object[] = await Promise.all(names.map((name): Promise<object> => import(name)));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what they have is compared in test/package
  return Object.assign({}, ...modules) as HonoModules;
}
