// The one error of mounting: the gate would stand where something before it can answer its paths in the open.

import { ScrapegateError } from '../errors.js';

/** @throws {ScrapegateError} `ERR_SCRAPEGATE_MOUNT_REFUSED`, always; the message says what to write instead. */
export function refuseMount(message: string): never {
  throw new ScrapegateError('ERR_SCRAPEGATE_MOUNT_REFUSED', message);
}
