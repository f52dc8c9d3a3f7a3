// Checks what credentials open, and turns it into what the guard decides by. Collects every problem, with its path.
// Refuses what can never open anything, and what could open more than was meant. Pure.

import type { Problem } from '../errors.js';
import { asRecord, under, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { MAX_ROLES, type ResolvedGrant } from './opened-view.js';
import type { ClaimedViewOptions, OpenedView } from './options.js';

/** The name by which requests without a credential are granted, counted and logged. */
export const ANONYMOUS = 'anonymous';

type Given = Readonly<Record<string, unknown>>;

/** Members of members, in practice: Keycloak has three levels. */
const MAX_CLAIM_DEPTH = 8;

/** What each credential opens, by name; paths are `[0].grant.view`, below the list of credentials. */
export function resolveGrants(
  credentials: unknown,
): Result<ReadonlyMap<string, ResolvedGrant>, readonly Problem[]> {
  const grants = new Map<string, ResolvedGrant>();
  const problems: Problem[] = [];
  for (const [index, credential] of (Array.isArray(credentials) ? credentials : []).entries()) {
    const given = asRecord(credential);
    const name = given?.['name'];
    // auth reports credentials without a name.
    if (given === undefined || typeof name !== 'string') continue;
    problems.push(
      ...under(
        `[${index}]`,
        unknownKeyProblems(given, ['name', 'proofs', 'certificate', 'grant', 'allowedIps']),
      ),
    );
    if (name === ANONYMOUS) problems.push({ path: `[${index}].name`, message: `"${ANONYMOUS}" is reserved` });
    const grant = resolveGrant(given['grant'], haveClaims(given['proofs']));
    if (grant.ok) grants.set(name, grant.value);
    else problems.push(...under(`[${index}].grant`, grant.error));
  }
  return problems.length > 0 ? fail(problems) : ok(grants);
}

/** What one grant opens. `hasClaims`: whether whoever has it shows a token with claims. */
export function resolveGrant(grant: unknown, hasClaims: boolean): Result<ResolvedGrant, readonly Problem[]> {
  const given = asRecord(grant);
  if (given === undefined)
    return fail([{ path: '', message: 'opens nothing; expected a view and its target' }]);
  const { self = false, summary = true } = given;
  const problems: Problem[] = [];
  for (const [path, value] of Object.entries({ self, summary })) {
    if (typeof value !== 'boolean') problems.push({ path, message: 'not true or false' });
  }
  const isClaimed = Object.hasOwn(given, 'fromClaim');
  const opened = isClaimed ? claimed(given, problems) : fixed(given, problems);
  if (isClaimed && !hasClaims) {
    problems.push({
      path: 'fromClaim',
      message: 'needs a token with claims; every proof has to be of an identity provider',
    });
  }
  if (problems.length > 0 || opened === undefined) return fail(problems);
  return ok({ ...opened, self: self === true, summary: summary === true });
}

/** Without what every kind has. */
type Opened = ResolvedGrant extends infer G
  ? G extends unknown
    ? Omit<G, 'self' | 'summary'>
    : never
  : never;

function fixed(given: Given, problems: Problem[]): Opened | undefined {
  problems.push(...unknownKeyProblems(given, ['view', 'target', 'self', 'summary']));
  const opened = openedView(given, '', problems);
  return opened && { kind: 'fixed', ...opened };
}

function claimed(given: Given, problems: Problem[]): Opened | undefined {
  problems.push(...unknownKeyProblems(given, ['fromClaim', 'template', 'views', 'self', 'summary']));
  const fromClaim = claimPath(given['fromClaim'], problems);
  const { template, views } = given;
  if ((template === undefined) === (views === undefined)) {
    problems.push({ path: '', message: 'expected either a template or views by the values of the claim' });
    return undefined;
  }
  if (views !== undefined) {
    const list = claimedViews(views, problems);
    return fromClaim && { kind: 'mapped', fromClaim, views: list };
  }
  const opened = openedView(asRecord(template) ?? {}, 'template', problems);
  return fromClaim && opened && { kind: 'template', fromClaim, ...opened };
}

function claimPath(given: unknown, problems: Problem[]): readonly string[] | undefined {
  const names: readonly unknown[] = Array.isArray(given) ? given : [];
  const sound = names.filter((name) => typeof name === 'string' && name !== '');
  if (sound.length === names.length && names.length > 0 && names.length <= MAX_CLAIM_DEPTH) {
    return names.map(String);
  }
  problems.push({
    path: 'fromClaim',
    message: `expected the names of 1 to ${MAX_CLAIM_DEPTH} members, the last one that of the claim`,
  });
  return undefined;
}

function claimedViews(given: unknown, problems: Problem[]): readonly ClaimedViewOptions[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  if (list.length === 0 || list.length > MAX_ROLES) {
    problems.push({ path: 'views', message: `expected 1 to ${MAX_ROLES} values, each with its view` });
  }
  const seen = new Set<string>();
  return list.flatMap((entry, index) => {
    const path = `views[${index}]`;
    const members = asRecord(entry) ?? {};
    const { value } = members;
    problems.push(...under(path, unknownKeyProblems(members, ['value', 'view', 'target'])));
    const opened = openedView(members, path, problems);
    if (typeof value !== 'string' || value === '') {
      problems.push({ path: `${path}.value`, message: 'expected a value of the claim' });
      return [];
    }
    if (seen.has(value)) problems.push({ path: `${path}.value`, message: 'leads to a view already' });
    seen.add(value);
    return opened === undefined ? [] : [{ value, ...opened }];
  });
}

function openedView({ view, target }: Given, path: string, problems: Problem[]): OpenedView | undefined {
  const found: Problem[] = [];
  if (typeof view !== 'string' || view === '')
    found.push({ path: 'view', message: 'expected the name of a view' });
  if (typeof target !== 'string' || target === '') {
    found.push({ path: 'target', message: 'expected the name of a target' });
  }
  problems.push(...(path === '' ? found : under(path, found)));
  return typeof view === 'string' && typeof target === 'string' && found.length === 0
    ? { view, target }
    : undefined;
}

function haveClaims(proofs: unknown): boolean {
  return Array.isArray(proofs) && proofs.every((proof) => asRecord(proof)?.['kind'] === 'oidc');
}
