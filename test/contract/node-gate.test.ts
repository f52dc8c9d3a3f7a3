import { startNodeGate } from '../support/gates/node-gate.js';
import { describeApplicationContract } from './application-contract.js';
import { describeGateContract } from './gate-contract.js';
import { describeGateWireContract } from './gate-wire-contract.js';

describeGateContract('node', startNodeGate);
describeGateWireContract('node', startNodeGate);
describeApplicationContract('node', startNodeGate);
