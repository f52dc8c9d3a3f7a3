// Which view a credential opens: the one that it is bound to, or the one that the claims of its token lead to.
// Pure, and closed: a claim that is missing, unsound or leads to no view, or to more than one, opens nothing.

import { createHash } from 'node:crypto';
import type { Claims } from '../auth/decision.js';
import { fail, ok, type Result } from '../internal/result.js';
import { readClaim, type ClaimProblem } from './claim-values.js';
import type { ClaimedViewOptions, OpenedView } from './options.js';

/** Values of a claim that may stand together in the scope of one view. */
const MAX_SCOPE_VALUES = 16;
/** Roles of one token, of which one leads to a view: identity providers add many of their own. */
export const MAX_ROLES = 256;

/** What a credential opens, checked. */
export type ResolvedGrant = { readonly self: boolean; readonly summary: boolean } & (
  | ({ readonly kind: 'fixed' } & OpenedView)
  | ({ readonly kind: 'template'; readonly fromClaim: readonly string[] } & OpenedView)
  | {
      readonly kind: 'mapped';
      readonly fromClaim: readonly string[];
      readonly views: readonly ClaimedViewOptions[];
    }
);

/** Why claims lead to no view. */
export type ClaimReason = ClaimProblem | 'claim_not_mapped' | 'claim_ambiguous';

/** The view that is open; `claimValues` scope it where it is one of a template. */
export interface ChosenView extends OpenedView {
  readonly claimValues?: readonly string[];
}

/** Chooses the view; `claims` are those of the token, where there is one. */
export function chooseView(
  grant: ResolvedGrant,
  claims: Claims | undefined,
): Result<ChosenView, ClaimReason> {
  switch (grant.kind) {
    case 'fixed':
      return ok({ view: grant.view, target: grant.target });
    case 'template': {
      const values = readClaim(claims, grant.fromClaim, MAX_SCOPE_VALUES);
      if (!values.ok) return values;
      return ok({ view: grant.view, target: grant.target, claimValues: values.value });
    }
    case 'mapped': {
      const values = readClaim(claims, grant.fromClaim, MAX_ROLES);
      if (!values.ok) return values;
      const known = grant.views.filter(({ value }) => values.value.includes(value));
      const [first] = known;
      if (first === undefined) return fail('claim_not_mapped');
      if (known.some(({ view }) => view !== first.view)) return fail('claim_ambiguous');
      return ok({ view: first.view, target: first.target });
    }
  }
}

/**
 * Whose budget a request spends. Each view that a credential opens has one of its own, so that no tenant can spend that
 * of another. Budgets may be kept outside of this process, so that values stand there as a hash.
 */
export function budgetOf(
  credential: string,
  grant: ResolvedGrant,
  { view, claimValues }: ChosenView,
): string {
  if (grant.kind === 'fixed') return credential;
  if (claimValues === undefined) return `${credential} ${view}`;
  return `${credential} ${createHash('sha256').update(JSON.stringify(claimValues)).digest('base64url')}`;
}
