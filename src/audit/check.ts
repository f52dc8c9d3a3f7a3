// What a check is: a pure function from what was seen to findings.

import type { ExaminedLabel } from './examined-label.js';
import type { Finding } from './finding.js';
import type { Contents, Observation } from './observation.js';
import type { Inventory } from './inventory.js';

/** What one reader can read, examined. */
export interface ExaminedContents extends Contents {
  readonly inventory: Inventory;
  readonly labels: readonly ExaminedLabel[];
}

/** A check of how the endpoint behaves. */
export type EndpointCheck = (observation: Observation) => readonly Finding[];

/** A check of what one reader can read. */
export type ContentsCheck = (contents: ExaminedContents, observation: Observation) => readonly Finding[];
