// What the scan of a body goes on from, and how the body is to be read.

import type { ExpositionFormat } from '../model.js';
import type { Catalogue } from './catalogue.js';
import type { Scan } from './scan.js';
import type { SeriesPlaces } from './series-places.js';
import type { SeriesReader } from './series-reader.js';
import type { Sightings } from './structure.js';

/** How a body is read. */
export interface BodyFormat {
  readonly format: ExpositionFormat;
  /** Whether names may stand in quotes. */
  readonly quotedNames: boolean;
  /** Samples beyond which a body is refused. */
  readonly maxSeries: number;
}

/** What a scan goes on from. */
export interface ScanMemory {
  readonly catalogue: Catalogue;
  readonly reader: SeriesReader;
  readonly sightings: Sightings;
  /** Where series stood in `previous`. */
  readonly places: SeriesPlaces;
  readonly previous: Scan | undefined;
  /** What the catalogue weighed for each sample of its first body. */
  readonly weightOfSample: number;
}

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
