// Identities in label values: by what the detectors of views find, and by the groups of the presets, as views hide them.

import type { Detection } from '../../views/detectors.js';
import type { PresetGroupKind } from '../../views/presets/preset.js';
import type { ExaminedContents } from '../check.js';
import type { CheckId } from '../checks.js';
import type { ExaminedLabel } from '../examined-label.js';
import { createFinding, type Finding } from '../finding.js';
import { isInfrastructure } from '../hosts.js';
import { isKeyHash } from '../key-hashes.js';
import { labelEvidence } from '../phrases.js';

const OF_GROUP: Readonly<Partial<Record<PresetGroupKind, CheckId>>> = {
  person: 'privacy/person',
  session: 'privacy/session',
  key: 'privacy/key-name',
  organisation: 'privacy/organisation',
  client_metadata: 'privacy/client-metadata',
};

const OF_DETECTION: Readonly<Partial<Record<Detection, CheckId>>> = {
  email: 'privacy/email',
  ip_address: 'privacy/client-address',
  user_agent: 'privacy/user-agent',
  jwt: 'secrets/token',
  api_key: 'secrets/token',
  url_userinfo: 'secrets/token',
};

/** Every check of `privacy/` that concerns label values, and `secrets/token`. */
export function checkIdentities({ labels, reader }: ExaminedContents): readonly Finding[] {
  const evidence = new Map<CheckId, string[]>();
  const tell = (id: CheckId | undefined, line: string): void => {
    if (id === undefined) return;
    evidence.set(id, [...(evidence.get(id) ?? []), line]);
  };
  for (const examined of labels) {
    for (const [detection, values] of examined.detected) {
      // Addresses of servers are no clients: topology tells of them.
      const concerned =
        detection === 'ip_address' && examined.label.group !== 'client'
          ? values.filter((value) => !isInfrastructure(value))
          : values;
      if (concerned.length > 0) tell(OF_DETECTION[detection], labelEvidence(examined, concerned, detection));
    }
    const named = namedBy(examined);
    if (named.length > 0) tell(checkOfGroup(examined), labelEvidence(examined, named));
  }
  return [...evidence].map(([id, lines]) => createFinding(id, { reader, evidence: lines }));
}

/** Values that count by the name of their label; hashes of keys are told of as such. */
function namedBy({ label, plain }: ExaminedLabel): readonly string[] {
  return label.group === 'key' ? plain.filter((value) => !isKeyHash(value)) : plain;
}

function checkOfGroup({ label }: ExaminedLabel): CheckId | undefined {
  if (label.group === 'client') {
    return label.normalised.includes('agent') ? 'privacy/user-agent' : 'privacy/client-address';
  }
  return label.group === undefined ? undefined : OF_GROUP[label.group];
}
