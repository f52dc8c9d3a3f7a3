// What becomes of each label pair under each decision: worked out once, written out once, and known by a number.
// Append-only, and bound to one catalogue of label pairs and one way of writing names.

import type { LabelTable } from '../../exposition/incremental/label-table.js';
import { escapeLabelValue } from '../../exposition/escape.js';
import { escapeLabelName, isClassicLabelName, quoteName, type NameEscaping } from '../../exposition/names.js';
import { grownBytes, grownInt32 } from '../../internal/growing-array.js';
import { detect, type Detection } from '../detectors.js';
import type { LabelDecision } from '../label-policy.js';
import { applyDecision, type LabelOutcome, type ValueRules } from '../label-value.js';
import { OVERFLOW_VALUE } from '../value-caps.js';

/** Where a detection in the name of a label is counted. */
const LABEL_NAME_PLACE = '__label__';
/** The pair is part of a sample's shape, and no rule's business. */
export const STRUCTURAL = 0;
/** Letters whose search takes as long as everything else about a pair. */
const LETTERS_OF_PAIR = 32;
/** The number of a pair that is not shown. */
export const DROPPED = -1;

/** Something to count for a series: what became of a label. */
export interface LabelEffect {
  readonly label: string;
  readonly outcome: LabelOutcome;
}

/** How the labels of one name are shown. */
interface ShownName {
  readonly name: string;
  readonly detection: Detection | undefined;
}

/** The labels of a view. */
export class ShownLabels {
  /** By number: 1 where the value is empty. */
  empties: Uint8Array = new Uint8Array(256);
  /** Label pairs that have been decided about so far; a long value counts as many, because it is searched as a whole. */
  decided = 0;
  /** By number of an effect. */
  readonly effects: LabelEffect[] = [];

  readonly #labels: LabelTable;
  readonly #rules: ValueRules;
  readonly #escaping: NameEscaping;
  /** Decisions by their number; the first is no decision. */
  readonly #decisions: (LabelDecision | undefined)[] = [undefined];
  readonly #decisionNumbers = new Map<string, number>();
  /** By decision, by pair: the number of the shown label and one more, `DROPPED`, or 0 where it is not known. */
  readonly #outcomes: Int32Array[] = [new Int32Array(1024)];
  /** The same for the number of an effect. */
  readonly #pairEffects: Int32Array[] = [new Int32Array(1024)];
  readonly #effectNumbers = new Map<string, number>();
  readonly #names: (ShownName | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #shown: { readonly name: string; readonly value: string }[] = [];
  /** By number: where the label stands in the bytes, ending where the next one begins. */
  #starts: Int32Array = new Int32Array(256);
  #bytes: Uint8Array = new Uint8Array(16 * 1024);
  #used = 0;

  constructor(labels: LabelTable, rules: ValueRules, escaping: NameEscaping) {
    this.#labels = labels;
    this.#rules = rules;
    this.#escaping = escaping;
  }

  /** The number of a decision, above `STRUCTURAL`. */
  decisionNumber(decision: LabelDecision): number {
    const key = `${decision.action} ${decision.detect}`;
    const known = this.#decisionNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#decisions.length;
    this.#decisions.push(decision);
    this.#outcomes.push(new Int32Array(1024));
    this.#pairEffects.push(new Int32Array(1024));
    this.#decisionNumbers.set(key, number);
    return number;
  }

  /** The number of the label that a pair is shown as under a decision; `DROPPED` where it is not shown. */
  outcome(decision: number, pair: number): number {
    const known = this.#outcomes[decision]?.[pair] ?? 0;
    if (known !== 0) return known < 0 ? DROPPED : known - 1;
    return this.#decide(decision, pair);
  }

  /** The number of the label that a structural pair is shown as. */
  structural(pair: number): number {
    return this.outcome(STRUCTURAL, pair);
  }

  /** The number of the effect that goes with that outcome. */
  effect(decision: number, pair: number): number {
    return this.#pairEffects[decision]?.[pair] ?? 0;
  }

  /** The effect of a label name in which something was found; undefined where nothing was. */
  nameEffect(nameId: number): number | undefined {
    const { detection } = this.#nameOf(nameId);
    if (detection === undefined) return undefined;
    return this.#effectNumber(LABEL_NAME_PLACE, { effect: 'detected', detection });
  }

  /** The name under which the labels of a name are shown. */
  shownName(nameId: number): string {
    return this.#nameOf(nameId).name;
  }

  /** The value of a shown label. */
  value(number: number): string {
    return this.#shown[number]?.value ?? '';
  }

  /** The name of a shown label. */
  name(number: number): string {
    return this.#shown[number]?.name ?? '';
  }

  /** The number of the label that stands for a value beyond the cap. */
  overflow(nameId: number): number {
    return this.#number(this.shownName(nameId), OVERFLOW_VALUE);
  }

  /** The number of a label that no pair is shown as: `le` of a bucket that was put together. */
  made(name: string, value: string): number {
    return this.#number(name, value);
  }

  /** Bytes of a shown label. */
  length(number: number): number {
    return (this.#starts[number + 1] ?? 0) - (this.#starts[number] ?? 0);
  }

  /** Writes a shown label; gives the position behind it. */
  write(number: number, target: Uint8Array, at: number): number {
    const bytes = this.#bytes;
    const end = this.#starts[number + 1] ?? 0;
    let to = at;
    for (let from = this.#starts[number] ?? 0; from < end; from += 1) {
      target[to] = bytes[from] ?? 0;
      to += 1;
    }
    return to;
  }

  #decide(decision: number, pair: number): number {
    const { name, value } = this.#labels.label(pair);
    this.decided += 1 + Math.floor(value.length / LETTERS_OF_PAIR);
    const rule = this.#decisions[decision];
    const outcome: LabelOutcome =
      rule === undefined ? { value, effect: 'kept' } : applyDecision(rule, value, this.#rules);
    const shownName = rule === undefined ? name : this.shownName(this.#labels.nameIds[pair] ?? 0);
    const number = outcome.value === undefined ? DROPPED : this.#number(shownName, outcome.value);
    const outcomes = grownInt32(this.#outcomes[decision] ?? new Int32Array(0), pair + 1);
    outcomes[pair] = number === DROPPED ? DROPPED : number + 1;
    this.#outcomes[decision] = outcomes;
    const effects = grownInt32(this.#pairEffects[decision] ?? new Int32Array(0), pair + 1);
    effects[pair] = this.#effectNumber(shownName, outcome);
    this.#pairEffects[decision] = effects;
    return number;
  }

  #nameOf(nameId: number): ShownName {
    const known = this.#names[nameId];
    if (known !== undefined) return known;
    const name = this.#labels.names[nameId] ?? '';
    const detection = detect(name);
    // A pseudonym is a valid label name, so that what a client put into a name is hidden and the series stay apart.
    const shown = { name: detection === undefined ? name : this.#rules.pseudonymise(name), detection };
    this.#names[nameId] = shown;
    return shown;
  }

  #effectNumber(label: string, outcome: LabelOutcome): number {
    const { effect, detection } = outcome;
    const key = `${effect} ${detection ?? ''} ${effect === 'kept' ? '' : label}`;
    const known = this.#effectNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.effects.length;
    // Without the value: effects are kept for long, and it may be personal.
    this.effects.push({ label, outcome: detection === undefined ? { effect } : { effect, detection } });
    this.#effectNumbers.set(key, number);
    return number;
  }

  #number(name: string, value: string): number {
    const key = `${name}\0${value}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#shown.length;
    this.#shown.push({ name, value });
    this.#numbers.set(key, number);
    const text = Buffer.from(`${this.#writtenName(name)}="${escapeLabelValue(value)}"`, 'utf8');
    this.#bytes = grownBytes(this.#bytes, this.#used + text.length);
    this.#bytes.set(text, this.#used);
    this.#used += text.length;
    this.#starts = grownInt32(this.#starts, number + 2);
    this.#starts[number + 1] = this.#used;
    this.empties = grownBytes(this.empties, number + 1);
    this.empties[number] = value === '' ? 1 : 0;
    return number;
  }

  #writtenName(name: string): string {
    if (this.#escaping === 'values') return escapeLabelName(name);
    return isClassicLabelName(name) ? name : quoteName(name);
  }
}
