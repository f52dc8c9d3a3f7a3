// Which components an input has, in the order in which its lines came: a path from the first line to the last, shared
// by all inputs whose lines come in the same order. What follows from the path is worked out once.

import {
  componentSet,
  COUNT_COMPONENT,
  INFINITE_BOUND,
  SUM_COMPONENT,
  VALUE_COMPONENT,
  type ComponentSet,
} from '../counter-components.js';
import { formatNumber } from '../../exposition/number.js';
import type { SampleRole } from '../../exposition/roles.js';

/** What one line says of an input. */
export interface LineRole {
  /** A component; undefined for the count of a histogram, which its last bucket tells as well. */
  readonly component: string | undefined;
  /** `le` of a bucket, as it was written. */
  readonly boundText: string | undefined;
}

/** What an input is made of, once its lines have ended. */
export interface UnitShape {
  readonly components: ComponentSet;
  /** By line: which component's number it tells; -1 where another line tells it. */
  readonly componentOf: readonly number[];
  /** Component → the `le` under which a bucket is shown. */
  readonly boundTexts: ReadonlyMap<string, string>;
  /** Whether it has a count of its own beside its buckets. */
  readonly hasCount: boolean;
}

/** A place on the way through the lines of an input. */
export interface LayoutNode {
  readonly parent: LayoutNode | undefined;
  readonly role: LineRole | undefined;
  /** The line that followed first, nearly always the only one, and where it leads. */
  firstRole: number;
  firstNext: LayoutNode | undefined;
  /** Where other lines lead. */
  others: Map<number, LayoutNode> | undefined;
  /** Worked out when an input first ends here: the shape, or why it has none. */
  shape: UnitShape | string | undefined;
}

/** Where an input is that no line leads anywhere. */
export const NOWHERE: LayoutNode = emptyNode(undefined, undefined);

/** The number of a line that says nothing of a component. */
export const SAYS_NOTHING = -1;

/** Paths beyond which all are forgotten: a target that shuffles its lines must not grow them for ever. */
const MAX_NODES = 50_000;

/** The layouts of a view's histograms, or of its counters and summaries. */
export class UnitLayouts {
  /** By structural pair: the number of what a line with it says. */
  readonly roleOfPair: Map<number, number> = new Map();

  readonly #roles: LineRole[] = [];
  readonly #roleNumbers = new Map<string, number>();
  readonly #isHistogram: boolean;
  #nodes = 1;
  #root: LayoutNode = emptyNode(undefined, undefined);

  constructor(isHistogram: boolean) {
    this.#isHistogram = isHistogram;
  }

  /** Where every input begins; what was begun at another root is not continued. */
  root(): LayoutNode {
    if (this.#nodes > MAX_NODES) {
      this.#root = emptyNode(undefined, undefined);
      this.#nodes = 1;
    }
    return this.#root;
  }

  /** The number of what a line says, or `SAYS_NOTHING`. `bound` is that of a bucket. */
  roleNumber(role: SampleRole, bound: number, boundText: string): number {
    const line = this.#lineRole(role, bound, boundText);
    if (line === undefined) return SAYS_NOTHING;
    const key = `${line.component ?? ''} ${line.boundText ?? ''}`;
    const known = this.#roleNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#roles.length;
    this.#roles.push(line);
    this.#roleNumbers.set(key, number);
    return number;
  }

  /** The place behind a further line. */
  next(node: LayoutNode, role: number): LayoutNode {
    if (node.firstRole === role && node.firstNext !== undefined) return node.firstNext;
    const known = node.others?.get(role);
    if (known !== undefined) return known;
    const next = emptyNode(node, this.#roles[role]);
    this.#nodes += 1;
    if (node.firstNext === undefined) {
      node.firstRole = role;
      node.firstNext = next;
    } else {
      node.others ??= new Map<number, LayoutNode>();
      node.others.set(role, next);
    }
    return next;
  }

  /** The shape of an input whose last line leads here; a reason when it has none. */
  shape(node: LayoutNode): UnitShape | string {
    node.shape ??= this.#isHistogram ? histogramShape(linesTo(node)) : plainShape(linesTo(node));
    return node.shape;
  }

  #lineRole(role: SampleRole, bound: number, boundText: string): LineRole | undefined {
    switch (role) {
      case 'value':
        return { component: VALUE_COMPONENT, boundText: undefined };
      case 'sum':
        return { component: SUM_COMPONENT, boundText: undefined };
      case 'count':
        return { component: this.#isHistogram ? undefined : COUNT_COMPONENT, boundText: undefined };
      case 'bucket':
        return { component: formatNumber(bound), boundText };
      case 'quantile':
      case 'created':
        return undefined;
    }
  }
}

function emptyNode(parent: LayoutNode | undefined, role: LineRole | undefined): LayoutNode {
  return { parent, role, firstRole: -1, firstNext: undefined, others: undefined, shape: undefined };
}

function linesTo(node: LayoutNode): readonly LineRole[] {
  const lines: LineRole[] = [];
  for (let at: LayoutNode | undefined = node; at?.role !== undefined; at = at.parent) lines.push(at.role);
  return lines.toReversed();
}

function plainShape(lines: readonly LineRole[]): UnitShape | string {
  const places = new Map<string, number>();
  for (const [place, { component }] of lines.entries()) {
    if (component === undefined) continue;
    if (places.has(component)) return 'a histogram has the same bucket twice';
    places.set(component, place);
  }
  return shapeOf(lines.length, { places, boundTexts: new Map(), hasCount: false });
}

function histogramShape(lines: readonly LineRole[]): UnitShape | string {
  const places = new Map<string, number>();
  const boundTexts = new Map<string, string>();
  let count: number | undefined;
  for (const [place, { component, boundText }] of lines.entries()) {
    if (component === undefined) {
      count = place;
      continue;
    }
    if (places.has(component)) return 'a histogram has the same bucket twice';
    places.set(component, place);
    if (boundText !== undefined) boundTexts.set(component, boundText);
  }
  if (!places.has(INFINITE_BOUND)) {
    if (count === undefined) return 'a histogram has neither a "+Inf" bucket nor a count';
    places.set(INFINITE_BOUND, count);
    boundTexts.set(INFINITE_BOUND, INFINITE_BOUND);
  }
  return shapeOf(lines.length, { places, boundTexts, hasCount: count !== undefined });
}

/** The shape of so many lines; `places` says which of them tells a component. */
function shapeOf(
  lines: number,
  {
    places,
    boundTexts,
    hasCount,
  }: { readonly places: ReadonlyMap<string, number> } & Pick<UnitShape, 'boundTexts' | 'hasCount'>,
): UnitShape {
  const components = componentSet(places.keys());
  const componentOf = Array<number>(lines).fill(-1);
  for (const [at, name] of components.names.entries()) componentOf[places.get(name) ?? 0] = at;
  return { components, componentOf, boundTexts, hasCount };
}
