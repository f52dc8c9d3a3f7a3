// What the labels tell of the machines behind: internal hosts, and the deployments of models.

import { compileGlobs } from '../../views/glob.js';
import type { ExaminedContents } from '../check.js';
import type { ExaminedLabel } from '../examined-label.js';
import { createFinding, type Finding } from '../finding.js';
import { namesInternalHost } from '../hosts.js';
import { labelEvidence } from '../phrases.js';

/** Labels that name a machine, whatever their values look like. */
const namesMachine = compileGlobs([
  'nodename',
  'hostname',
  'host_name',
  'node',
  'node_name',
  'pod',
  'pod_name',
]);
const namesDeployment = compileGlobs([
  'api_base',
  'model_id',
  'litellm_model_name',
  '*deployment',
  '*deployment_id',
  '*deployment_name',
  'mcp_server_name',
  'ai_backend',
]);

/** `topology/internal-host`, `topology/deployment`. */
export function checkTopology({ labels, reader }: ExaminedContents): readonly Finding[] {
  const hosts: string[] = [];
  const deployments: string[] = [];
  for (const examined of labels) {
    // Labels of clients and people are told of as such.
    if (examined.label.group !== undefined && examined.label.group !== 'technical') continue;
    const shown = shownValues(examined);
    const internal = namesMachine(examined.label.normalised) ? shown : shown.filter(namesInternalHost);
    if (internal.length > 0) hosts.push(labelEvidence(examined, internal));
    if (namesDeployment(examined.label.normalised) && shown.length > 0) {
      deployments.push(labelEvidence(examined, shown));
    }
  }
  return [
    ...(hosts.length > 0 ? [createFinding('topology/internal-host', { reader, evidence: hosts })] : []),
    ...(deployments.length > 0
      ? [createFinding('topology/deployment', { reader, evidence: deployments })]
      : []),
  ];
}

function shownValues({ plain, detected }: ExaminedLabel): readonly string[] {
  return [...plain, ...(detected.get('ip_address') ?? [])];
}
