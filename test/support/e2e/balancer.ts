// A balancer before two gates on an address of its own. It asks both for every scrape, so that both see the same, hands
// on what one of them says, unchanged, and takes the other where that one does not answer.

import { httpGet, type HttpAnswer } from './http-get.js';
import type { Replica } from './replica.js';
import { startUpstream } from './start-upstream.js';

/** A running balancer. */
export interface Balancer {
  readonly url: string;
  /** How many answers of each gate were handed on. */
  readonly answered: { readonly first: number; readonly second: number };
  /** From now on the other gate is preferred. */
  swap(): void;
  /** How often both answered for the same step of the world, and how often with other bytes. */
  compared(): number;
  disagreements(): number;
  stop(): Promise<void>;
}

const TICK = /^world_steps_total\{.*$/mu;

/** Starts a balancer; `onAnswer` is called before an answer is handed on. */
export async function startBalancer(
  replicas: readonly [Replica, Replica],
  onAnswer: () => void,
): Promise<Balancer> {
  const answered = { first: 0, second: 0 };
  let preferred = 0;
  let compared = 0;
  let disagreements = 0;
  const server = await startUpstream(async (path, headers) => {
    const ask = (replica: Replica): Promise<HttpAnswer | undefined> =>
      httpGet(`${replica.url}${path}`, {
        headers: { accept: headers.accept ?? '', authorization: headers.authorization ?? '' },
      }).catch(() => undefined);
    const order = [preferred, 1 - preferred];
    const answers = await Promise.all(replicas.map(ask));
    const [one, other] = answers;
    if (
      one?.status === 200 &&
      other?.status === 200 &&
      TICK.exec(one.text)?.[0] === TICK.exec(other.text)?.[0]
    ) {
      compared += 1;
      disagreements += Number(one.text !== other.text);
    }
    const chosen = order.find((index) => answers[index]?.status === 200);
    const answer = answers[chosen ?? preferred];
    if (answer === undefined) throw new Error('no gate answers');
    answered[chosen === 0 ? 'first' : 'second'] += 1;
    onAnswer();
    return { status: answer.status, type: String(answer.headers['content-type']), body: answer.text };
  });
  return {
    url: server.url,
    answered,
    swap: () => {
      preferred = 1 - preferred;
    },
    compared: () => compared,
    disagreements: () => disagreements,
    stop: () => server.stop(),
  };
}
