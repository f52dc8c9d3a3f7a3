// A request from an address of the loopback network, so that one machine can be many clients.

import { request } from 'node:http';

/** The status of a GET from `localAddress`. */
export function httpGetFrom(
  url: string,
  localAddress: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { localAddress, agent: false, headers: { ...headers } }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}
