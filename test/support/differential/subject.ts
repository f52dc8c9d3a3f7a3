// The renderer that the differential tests hold to the reference.

import { createReferenceRenderer } from '../../../src/views/reference/render.js';
import type { MakeSubject } from './compare.js';

export const createSubject: MakeSubject = createReferenceRenderer;
