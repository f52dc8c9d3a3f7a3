// Reads the documentation: fenced blocks, tables, links, headings. As much Markdown as the documentation uses.

/** A fenced block. */
export interface FencedBlock {
  /** All that stands behind the opening fence: `yaml`, `text in`. */
  readonly info: string;
  readonly text: string;
  /** The nearest heading above it. */
  readonly heading: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** Every fenced block of a page, in order. */
export function fencedBlocks(page: string): readonly FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let heading = '';
  let open: { readonly info: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of page.split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(line);
    if (open === undefined) {
      heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading;
      if (fence !== null) open = { info: (fence[1] ?? '').trim(), line: index + 1, lines: [] };
    } else if (fence === null) {
      open.lines.push(line);
    } else {
      blocks.push({ info: open.info, text: `${open.lines.join('\n')}\n`, heading, line: open.line });
      open = undefined;
    }
  }
  return blocks;
}

/** The page without its fenced blocks. */
export function proseOf(page: string): string {
  return page.replaceAll(/^\s*```[\s\S]*?^\s*```$/gm, '');
}

/** The body of the first table below a heading, as cells. @throws {Error} where there is none. */
export function tableUnder(page: string, heading: string): readonly (readonly string[])[] {
  const lines = proseOf(page).split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  const below = lines.slice(start + 1);
  const end = below.findIndex((line) => /^#+ /.test(line));
  const section = end === -1 ? below : below.slice(0, end);
  const first = section.findIndex((line) => line.startsWith('|'));
  if (start === -1 || first === -1) throw new Error(`no table under "${heading}"`);
  const rest = section.slice(first);
  const last = rest.findIndex((line) => !line.startsWith('|'));
  return (last === -1 ? rest : rest.slice(0, last)).slice(2).map(cells);
}

function cells(row: string): readonly string[] {
  return row
    .replaceAll(String.raw`\|`, '\u0000')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('\u0000', '|').trim());
}

/** Every `code span` of a text. */
export function codeSpans(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');
}

/** The targets of every link and image. */
export function linkTargets(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
}

/** What a link to each heading looks like behind the `#`. */
export function anchorsOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
