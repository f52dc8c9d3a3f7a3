// What the inputs of an output are made of. Nearly always all of them are made of the same, so that no set is kept.

import { preferredText } from '../counter-components.js';
import type { UnitShape } from './unit-layout.js';

/** What the inputs of an output are made of, and what follows for its lines. */
export interface ShapedOutput {
  /** The shape of the input that came first, and all of them where there are others. */
  shapes: { readonly first: UnitShape; all: Set<UnitShape> | undefined } | undefined;
  /** Whether any input has a count of its own beside its buckets. */
  hasCount: boolean;
  /** Component → the `le` under which a bucket is shown. */
  boundTexts: ReadonlyMap<string, string>;
}

/** Adds the shape of an input; whether no other has it. */
export function addShape(group: ShapedOutput, shape: UnitShape): boolean {
  const { shapes } = group;
  if (shapes === undefined) {
    group.shapes = { first: shape, all: undefined };
    return true;
  }
  if (shapes.first === shape || shapes.all?.has(shape) === true) return false;
  shapes.all ??= new Set([shapes.first]);
  shapes.all.add(shape);
  return true;
}

/** Gives an output the bounds of all its inputs, each under the text that is preferred among theirs. */
export function takeShapes(group: ShapedOutput): void {
  const { shapes } = group;
  if (shapes === undefined) {
    group.hasCount = false;
    return;
  }
  const { first, all } = shapes;
  group.hasCount = first.hasCount;
  group.boundTexts = first.boundTexts;
  if (all === undefined) return;
  const texts = new Map<string, string>();
  for (const { hasCount, boundTexts } of all) {
    group.hasCount ||= hasCount;
    for (const [component, text] of boundTexts)
      texts.set(component, preferredText(texts.get(component), text));
  }
  group.boundTexts = texts;
}
