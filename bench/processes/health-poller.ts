// Another client of the gate: asks for its health every few milliseconds on one connection, and notes how long it waits.

import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from './started.js';

/** Begin to ask, or say what was seen since then. */
export type PollerMessage = { readonly start: string } | { readonly stop: true };

/** Waits in milliseconds; zero before there are any. */
export interface PollerAnswer {
  readonly polls: number;
  readonly longestMs: number;
}

const PAUSE_MS = 2;

let waits: number[] = [];
let stopping = new AbortController();
let polling: Promise<void> = Promise.resolve();
let broken: unknown;

async function poll(url: string, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // The first answer opens the connection, and is no wait for a busy gate.
  await ask(url, agent);
  while (!signal.aborted) {
    const start = performance.now();
    await ask(url, agent);
    waits.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  agent.destroy();
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.once('end', resolve);
    }).once('error', reject);
  });
}

async function answer(text: string): Promise<PollerAnswer> {
  const message: PollerMessage = JSON.parse(text);
  if ('start' in message) {
    waits = [];
    stopping = new AbortController();
    broken = undefined;
    polling = poll(message.start, stopping.signal).catch((error: unknown) => {
      broken = error;
    });
    return { polls: 0, longestMs: 0 };
  }
  stopping.abort();
  await polling;
  // Whoever drops connections under the load must not look quick.
  if (broken !== undefined) throw new Error('a poll was not answered', { cause: broken });
  return { polls: waits.length, longestMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0) };
}

answerParent(answer);
