// What mounting says where it would leave something open.

import { ScrapegateError } from '../../../src/errors.js';

/** The message of the refusal. @throws {Error} where there is none, or another error */
export async function refusalOf(mount: () => unknown): Promise<string> {
  try {
    await mount();
  } catch (error) {
    if (error instanceof ScrapegateError && error.code === 'ERR_SCRAPEGATE_MOUNT_REFUSED')
      return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
