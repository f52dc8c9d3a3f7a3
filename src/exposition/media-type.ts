// Media types with parameters, as Accept and Content-Type carry them: names in lower case, quoted strings decoded.
// Pure, linear time. What is not well formed is undefined, never guessed. RFC 9110 sections 5.6.6 and 8.3.1.

/** One media type. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** By lower-case name; a name given twice makes the whole media type malformed. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const BLANKS = /[ \t]*/y;
const QUOTED_TEXT = /[^"\\]*/y;

/** Parses one media type; undefined when it is malformed. */
export function parseMediaType(text: string): MediaType | undefined {
  const reader = new HeaderReader(text);
  const mediaType = readMediaType(reader);
  return reader.atEnd ? mediaType : undefined;
}

/** The well-formed members of a comma-separated list of media types; malformed members are skipped. */
export function parseMediaTypes(text: string): readonly MediaType[] {
  const reader = new HeaderReader(text);
  const mediaTypes: MediaType[] = [];
  for (;;) {
    const mediaType = readMediaType(reader);
    if (mediaType !== undefined && (reader.atEnd || reader.at(','))) mediaTypes.push(mediaType);
    reader.skipPast(',');
    if (reader.atEnd) return mediaTypes;
  }
}

function readMediaType(reader: HeaderReader): MediaType | undefined {
  reader.match(BLANKS);
  const type = reader.match(TOKEN);
  const subtype = reader.take('/') ? reader.match(TOKEN) : '';
  if (type === '' || subtype === '') return undefined;
  const parameters = new Map<string, string>();
  reader.match(BLANKS);
  while (reader.take(';')) {
    reader.match(BLANKS);
    const name = reader.match(TOKEN).toLowerCase();
    if (name !== '') {
      const value = reader.take('=') ? readParameterValue(reader) : undefined;
      if (value === undefined || parameters.has(name)) return undefined;
      parameters.set(name, value);
      reader.match(BLANKS);
    }
  }
  return { essence: `${type}/${subtype}`.toLowerCase(), parameters };
}

function readParameterValue(reader: HeaderReader): string | undefined {
  if (!reader.take('"')) return reader.match(TOKEN) || undefined;
  let value = '';
  while (!reader.atEnd) {
    value += reader.match(QUOTED_TEXT);
    if (reader.take('"')) return value;
    if (reader.take('\\')) value += reader.next();
  }
  return undefined;
}

class HeaderReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  at(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  take(character: string): boolean {
    if (!this.at(character)) return false;
    this.#position += 1;
    return true;
  }

  next(): string {
    const character = this.#text[this.#position] ?? '';
    this.#position += 1;
    return character;
  }

  match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const matched = pattern.exec(this.#text)?.[0] ?? '';
    this.#position += matched.length;
    return matched;
  }

  skipPast(character: string): void {
    const found = this.#text.indexOf(character, this.#position);
    this.#position = found === -1 ? this.#text.length : found + 1;
  }
}
