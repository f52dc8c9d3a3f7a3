import { startHonoGate } from '../support/gates/hono-gate.js';
import { describeApplicationContract } from './application-contract.js';
import { describeGateContract } from './gate-contract.js';
import { describeGateWireContract } from './gate-wire-contract.js';

describeGateContract('hono', startHonoGate);
describeGateWireContract('hono', startHonoGate);
describeApplicationContract('hono', startHonoGate);
