// What the inputs of an output are made of. Nearly always all of them are made of the same, so that no set is kept.

import { preferredText } from '../counter-components.js';
import type { Group } from './enrolment.js';
import type { UnitShape } from './unit-layout.js';

/** The shape of the input that came first, and all of them where there are others. */
export interface GroupShapes {
  readonly first: UnitShape;
  all: Set<UnitShape> | undefined;
}

/** Adds the shape of an input; whether no other has it. */
export function addShape(group: Pick<Group, 'shapes'>, shape: UnitShape): boolean {
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
export function takeShapes(group: Pick<Group, 'shapes' | 'hasCount' | 'boundTexts'>): void {
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
