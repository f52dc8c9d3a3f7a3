// The parts of a body: what is taken over is one part for as long as it follows on, and numbers are written over it.

import { describe, expect, it } from 'vitest';
import { PartList, Patches } from '../../../../src/views/engine/body-parts.js';

describe('parts that are taken over', () => {
  it('are one where they follow each other, and others where they do not', () => {
    const list = new PartList();
    list.addKept(10, 20);
    list.addKept(20, 25);
    list.addKept(30, 31);
    list.addText(Buffer.from('text'));
    list.addKept(31, 33);
    expect(list.parts).toEqual([
      { kind: 'kept', from: 10, to: 25 },
      { kind: 'kept', from: 30, to: 31 },
      { kind: 'text', bytes: Buffer.from('text') },
      { kind: 'kept', from: 31, to: 33 },
    ]);
    expect(list.byteLength).toBe(15 + 1 + 4 + 2);
  });
});

describe('numbers that are written over others', () => {
  const before = 'calls 123\ncosts 4.5\nerrors 6\n';
  const after = 'calls 789\ncosts 0.1\nerrors 2\n';
  const patches = new Patches();
  patches.add(before.indexOf('123'), Buffer.from('789'), 3);
  patches.add(before.indexOf('4.5'), Buffer.from('0.1 and more'), 3);
  patches.add(before.indexOf('6'), Buffer.from('2'), 1);

  it.each(Array.from(before, (_, at) => at + 1))('stand in pieces of %i bytes', (size) => {
    let written = '';
    let first = 0;
    for (let start = 0; start < before.length; start += size) {
      const piece = Buffer.from(before.slice(start, start + size));
      first = patches.write(piece, start, first);
      written += piece.toString();
    }
    expect(written).toBe(after);
    expect(first).toBe(patches.count);
  });

  it('are written from where they are wanted', () => {
    const piece = Buffer.from(before);
    expect(patches.write(piece, 0, 1)).toBe(patches.count);
    expect(piece.toString()).toBe('calls 123\ncosts 0.1\nerrors 2\n');
  });
});
