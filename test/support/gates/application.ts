// What every application behind a gate in a server does in tests: it answers whatever reaches it, and leaks when it is
// asked for metrics. What a gate must leave alone is here: bodies, streams, headers, methods.

/** The answer of the application's own handler for the metrics, which nobody may ever see. */
export const LEAK = 'user_email="anna@acme.example"';

/** What the application answers to everything else. */
export const APPLICATION = 'application';

/** Pieces that `GET /stream` sends one after the other. */
export const STREAM = ['one ', 'two ', 'three'] as const;

/** What `POST /sum` answers to `{"numbers":[…]}`. */
export function sumOf(body: unknown): { readonly sum: number } {
  const numbers: unknown =
    typeof body === 'object' && body !== null && 'numbers' in body ? body.numbers : undefined;
  const list: readonly unknown[] = Array.isArray(numbers) ? numbers : [];
  return { sum: list.reduce<number>((sum, number) => sum + Number(number), 0) };
}
