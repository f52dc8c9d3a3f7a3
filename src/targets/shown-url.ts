// URLs of targets for people. A query may hold a key; everything else of a URL that was accepted is no secret.

/** The URL with its query hidden: `https://host/path?…`. */
export function shownUrl(url: string): string {
  const { href, search } = new URL(url);
  return search === '' ? href : `${href.slice(0, -search.length)}?…`;
}
