// How many tenants one reader sees, and whether by name.

import { compileGlobs } from '../../views/glob.js';
import type { ExaminedContents } from '../check.js';
import type { ExaminedLabel } from '../examined-label.js';
import { createFinding, type Finding } from '../finding.js';
import { count } from '../phrases.js';
import { printableName } from '../redact.js';

/** Identifiers of tenants, beside the names of companies and teams that presets know. */
const identifiesTenant = compileGlobs([
  'team',
  'team_id',
  'org_id',
  'organization_id',
  'organisation_id',
  'tenant',
  'tenant_id',
  'workspace_id',
  'project_id',
  'business_unit_id',
]);

/** `tenants/named`, `tenants/several`. */
export function checkTenants({ labels, inventory, reader }: ExaminedContents): readonly Finding[] {
  const tenants = labels.filter(isOfTenants).filter((examined) => countTenants(examined) > 1);
  if (tenants.length === 0) return [];
  const named = tenants.filter(({ label, plain, detected }) => {
    return label.group === 'organisation' && (plain.length > 0 || detected.size > 0);
  });
  const told = named.length > 0 ? named : tenants;
  const evidence = told.map((examined) => {
    return `label ${printableName(examined.label.name)}: ${count(countTenants(examined), 'tenant')}`;
  });
  return [createFinding(named.length > 0 ? 'tenants/named' : 'tenants/several', { reader, evidence })];

  /** Pseudonyms are tenants, too; placeholders are not. */
  function countTenants({ label }: ExaminedLabel): number {
    return [...label.values.keys()].filter((value) => !inventory.isPlaceholder(value)).length;
  }
}

function isOfTenants({ label }: ExaminedLabel): boolean {
  return (
    identifiesTenant(label.normalised) ||
    (label.group === 'organisation' && /team|org|tenant|workspace|company/.test(label.normalised))
  );
}
