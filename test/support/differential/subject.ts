// The renderer that the differential tests hold to the reference.

import { createImmediateRenderer } from '../../../src/views/engine/view-renderer.js';
import type { MakeSubject } from './compare.js';

export const createSubject: MakeSubject = (view, snapshot) => createImmediateRenderer(view, snapshot);
