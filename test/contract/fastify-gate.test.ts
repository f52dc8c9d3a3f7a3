import { startFastifyGate } from '../support/gates/fastify-gate.js';
import { describeApplicationContract } from './application-contract.js';
import { describeGateContract } from './gate-contract.js';
import { describeGateWireContract } from './gate-wire-contract.js';

describeGateContract('fastify', startFastifyGate);
describeGateWireContract('fastify', startFastifyGate);
describeApplicationContract('fastify', startFastifyGate);
