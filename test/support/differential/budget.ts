// How much a differential run plays: little in the ordinary tests, a lot where SCRAPEGATE_FUZZ_… asks for it.
// SCRAPEGATE_FUZZ_SEED is the number of the first sequence, SCRAPEGATE_FUZZ_SEQUENCES how many there are,
// SCRAPEGATE_FUZZ_LARGE how many of large bodies, SCRAPEGATE_FUZZ_SHARD ("1/2") which share of both this process plays.

/** What one process plays. */
export interface Budget {
  readonly first: number;
  readonly sequences: number;
  /** Sequences that are played however long they take; beyond them time counts. */
  readonly leastSequences: number;
  readonly largeSequences: number;
  /** Sequences that are played again to a renderer that works in turns. */
  readonly concurrentSequences: number;
  readonly expositions: number;
  readonly maxMs: number;
  readonly shard: number;
  readonly shards: number;
}

/** The share of an ordinary run: some seconds, and never so few that some of what can happen does not. */
const SHORT_SEQUENCES = 3000;
const SHORT_LEAST_SEQUENCES = 1000;
const SHORT_LARGE_SEQUENCES = 3;
const SHORT_MS = 8_000;
const LARGE_PER_SEQUENCE = 1 / 4000;
const CONCURRENT_PER_SEQUENCE = 1 / 40;
const EXPOSITIONS_PER_SEQUENCE = 1 / 20;

/** Reads the budget. @throws RangeError when a variable is no number. */
export function readBudget(environment: Readonly<Record<string, string | undefined>>): Budget {
  const asked = numberOf(environment, 'SCRAPEGATE_FUZZ_SEQUENCES');
  const [shard = 1, shards = 1] = (environment['SCRAPEGATE_FUZZ_SHARD'] ?? '1/1').split('/').map(Number);
  const sequences = asked ?? SHORT_SEQUENCES;
  const large = numberOf(environment, 'SCRAPEGATE_FUZZ_LARGE');
  return {
    first: numberOf(environment, 'SCRAPEGATE_FUZZ_SEED') ?? 0,
    sequences,
    leastSequences: asked ?? SHORT_LEAST_SEQUENCES,
    largeSequences:
      large ?? (asked === undefined ? SHORT_LARGE_SEQUENCES : Math.floor(asked * LARGE_PER_SEQUENCE)),
    concurrentSequences: Math.ceil(sequences * CONCURRENT_PER_SEQUENCE),
    expositions: Math.ceil(sequences * EXPOSITIONS_PER_SEQUENCE),
    maxMs: asked === undefined ? SHORT_MS : Infinity,
    shard,
    shards,
  };
}

/** The numbers of this shard's sequences among `count`, from the first of the budget on. */
export function* numbersOf({ first, shard, shards }: Budget, count: number): Generator<number> {
  for (let number = shard - 1; number < count; number += shards) yield first + number;
}

function numberOf(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): number | undefined {
  const text = environment[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(number) || number < 0) {
    throw new RangeError(`${name} is not a whole number`);
  }
  return number;
}
