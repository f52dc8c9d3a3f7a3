// The chat examples as their user meets them: started as their first lines say, asked over HTTP, and read by what they print.

import { Agent, request } from 'node:http';
import { z } from 'zod';
import { bareEnvironment, startChild, type Child } from './e2e/child.js';
import { eventually } from './e2e/eventually.js';
import { freePort } from './e2e/free-port.js';
import { httpGet, type HttpAnswer } from './e2e/http-get.js';
import { bearer } from './e2e/start-gate.js';

const START_DEADLINE_MS = 30_000;
const ANSWER_DEADLINE_MS = 20_000;

/** The examples that are servers. */
export const CHAT_EXAMPLES = ['express-chat', 'fastify-chat'] as const;

/** What a client asks. */
export interface ChatQuestion {
  readonly prompt: string;
  readonly user: string;
  readonly stream?: boolean;
}

/** A stream as its reader saw it; times on the reader's own clock, from the moment of asking. */
export interface SeenStream {
  readonly text: string;
  readonly tokens: number;
  readonly firstTokenMs: number;
  readonly endMs: number;
}

/** A running example. */
export interface ChatExample {
  readonly url: string;
  readonly key: string;
  readonly child: Child;
  /** The lines with `curl` that it prints, in order: a question, the metrics, the summary. */
  readonly curlLines: readonly string[];
  /** Asks for a whole answer. @throws {Error} where the status is not 200 */
  ask(question: ChatQuestion): Promise<unknown>;
  /** Asks for a stream and reads it. @throws {Error} where the status is not 200 */
  stream(question: ChatQuestion): Promise<SeenStream>;
  /** Reads what is protected, with the key. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

/** Starts an example from `folder`, which has the examples and can resolve what they import. */
export async function startChatExample(name: string, folder: string): Promise<ChatExample> {
  const child = startChild({
    command: process.execPath,
    args: [`examples/${name}/server.mjs`],
    cwd: folder,
    env: bareEnvironment({ PORT: String(await freePort()) }),
  });
  const agent = new Agent({ keepAlive: true });
  const stop = async (): Promise<void> => {
    agent.destroy();
    await child.stop();
  };
  const output = (): string => child.stdout() + child.stderr();
  try {
    const printed = await eventually(
      () => {
        if (child.exit() !== undefined) return output();
        return /^ +curl .*\/v1\/metrics$/m.test(child.stdout()) ? child.stdout() : undefined;
      },
      { what: `${name} says how to ask it`, deadlineMs: START_DEADLINE_MS, context: output },
    );
    const url = /http:\/\/[\d.:]+(?=\/chat)/.exec(printed)?.[0];
    const key = /Bearer ([\w-]+)/.exec(printed)?.[1];
    if (child.exit() !== undefined || url === undefined || key === undefined) {
      throw new Error(`${name} did not start: ${output()}`);
    }
    const post = (question: ChatQuestion): Promise<SeenBody> => postChat(`${url}/chat`, agent, question);
    return {
      url,
      key,
      child,
      curlLines: [...printed.matchAll(/^ +(curl .+)$/gm)].map(([, line = '']) => line),
      ask: async (question) => JSON.parse((await post(question)).text),
      stream: async (question) => seenStream(await post({ ...question, stream: true })),
      get: (path, headers = {}) => httpGet(`${url}${path}`, { headers: { ...bearer(key), ...headers } }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface SeenBody {
  readonly text: string;
  readonly chunks: readonly { readonly text: string; readonly atMs: number }[];
  readonly endMs: number;
}

function postChat(url: string, agent: Agent, question: ChatQuestion): Promise<SeenBody> {
  const body = JSON.stringify(question);
  return new Promise((resolve, reject) => {
    const askedMs = performance.now();
    const outgoing = request(
      url,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (incoming) => {
        const chunks: { text: string; atMs: number }[] = [];
        incoming.setEncoding('utf8');
        incoming.on('data', (text: string) => chunks.push({ text, atMs: performance.now() - askedMs }));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = chunks.map((chunk) => chunk.text).join('');
          if (incoming.statusCode === 200) resolve({ text, chunks, endMs: performance.now() - askedMs });
          else reject(new Error(`${String(incoming.statusCode)}: ${text}`));
        });
      },
    );
    outgoing.setTimeout(ANSWER_DEADLINE_MS, () => outgoing.destroy(new Error('no answer')));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

const streamPiece = z.object({ text: z.string().optional() });

function seenStream({ text, chunks, endMs }: SeenBody): SeenStream {
  const words = [...text.matchAll(/^data: (.+)$/gm)]
    .map(([, json = '']) => streamPiece.parse(JSON.parse(json)).text)
    .filter((word) => word !== undefined);
  const first = chunks.find((chunk) => chunk.text.includes('"text"'));
  if (first === undefined) throw new Error('a stream without a token');
  return { text: words.join(''), tokens: words.length, firstTokenMs: first.atMs, endMs };
}
