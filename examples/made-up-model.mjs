// A language model that needs no network. It says back what it was told, word by word, at a steady pace.
// In your server a client of a provider stands in its place.

import { setTimeout as sleep } from 'node:timers/promises';

export const MODEL = 'made-up-1';
const FIRST_WORD_MS = 80;
const WORD_MS = 20;
const MAX_REMEMBERED = 100;

/** Streams an answer: pieces with text, and at the end one with what was used. */
export async function* streamAnswer(prompt) {
  const words = wordsOf(`You said: ${prompt}`);
  for (const [at, word] of words.entries()) {
    await sleep(at === 0 ? FIRST_WORD_MS : WORD_MS);
    yield { text: `${word} ` };
  }
  yield { usage: { inputTokens: wordsOf(prompt).length, outputTokens: words.length } };
}

const remembered = new Map();

/** Gives an answer as a whole; one that was given before comes from a cache, at once. */
export async function answer(prompt) {
  const known = remembered.get(prompt);
  if (known !== undefined) return { text: known.text, usage: { ...known.usage, cache: 'hit' } };
  const given = { text: '', usage: {} };
  for await (const { text = '', usage } of streamAnswer(prompt)) {
    given.text += text;
    given.usage = usage ?? given.usage;
  }
  if (remembered.size < MAX_REMEMBERED) remembered.set(prompt, given);
  return { text: given.text, usage: { ...given.usage, cache: 'miss' } };
}

function wordsOf(text) {
  return text.split(/\s+/).filter((word) => word !== '');
}
