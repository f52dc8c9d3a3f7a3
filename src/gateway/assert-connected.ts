// Whether the names in the options of a gateway lead somewhere: a grant to a view, a view to a target.
// Rooms check the rest of their own options. Pure.

import { ScrapegateError, type Problem } from '../errors.js';
import type { OpenedView } from '../guard/options.js';
import type { GatewayOptions } from './options.js';

/** @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID with every name that leads nowhere, or to several places. */
export function assertConnected({ targets, views, viewTemplates = [], guard }: GatewayOptions): void {
  const problems: Problem[] = [];
  const templates = viewTemplates.map(({ view }) => view);
  const targetOf = new Map(views.map(({ name, target }) => [name, target]));
  const targetOfTemplate = new Map(templates.map(({ name, target }) => [name, target]));
  const targetNames = new Set(targets.map(({ name }) => name));
  if (targets.length === 0)
    problems.push({ path: 'targets', message: 'is empty; expected at least one target' });
  if (targetNames.size !== targets.length)
    problems.push({ path: 'targets', message: 'two targets share a name' });
  const viewNames = new Set([...targetOf.keys(), ...targetOfTemplate.keys()]);
  if (viewNames.size !== views.length + templates.length)
    problems.push({ path: 'views', message: 'two views share a name' });
  for (const { name, target } of [...views, ...templates]) {
    if (!targetNames.has(target)) {
      problems.push({
        path: `views.${name}.target`,
        message: `names no target; expected one of ${[...targetNames].join(', ')}`,
      });
    }
  }

  const lead = (path: string, opened: OpenedView, known: ReadonlyMap<string, string>): void => {
    if (known.get(opened.view) === opened.target) return;
    problems.push({ path, message: `names no view; expected one of ${[...known.keys()].join(', ')}` });
  };
  for (const { name, grant } of guard.credentials ?? []) {
    const path = `credentials.${name}.view`;
    if ('view' in grant) lead(path, grant, targetOf);
    else {
      if (grant.template !== undefined) lead(path, grant.template, targetOfTemplate);
      for (const opened of grant.views ?? []) lead(path, opened, targetOf);
    }
  }
  if (guard.anonymous !== undefined) lead('anonymous.view', guard.anonymous, targetOf);
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', `the options do not fit together: ${list}`, {
    problems,
  });
}
