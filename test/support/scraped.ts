// What a scraper sees of one upstream body, and how tests read it.

import type { ViewOptions } from '../../src/views/options.js';
import { startGateway } from './start-gateway.js';

/** A view of the upstream, under the name that the default credential opens. */
export function view(options: Partial<ViewOptions> = {}): ViewOptions {
  return { name: 'all', target: 'upstream', ...options };
}

/** The text of one scrape of `body` through a view. */
export async function shown(body: string, options: Partial<ViewOptions> = {}): Promise<string> {
  return (await (await startGateway({ upstream: body, views: [view(options)] })).get()).text;
}

/** The lines of samples, without metadata and comments. */
export function sampleLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
