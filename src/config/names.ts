// Names of targets, views and credentials: they end up in paths, labels and logs.

/** What a name looks like, for the JSON Schema. */
export const NAME_PATTERN = '^[a-z][a-z0-9_-]{0,62}$';

/** Whether `text` can be the name of a target, a view or a credential. */
export function isName(text: string): boolean {
  return new RegExp(NAME_PATTERN).test(text);
}

/** Where `scrapegate token` cannot know the view: no name, so that nothing opens until somebody decides. */
export const VIEW_PLACEHOLDER = '<name-of-a-view>';
