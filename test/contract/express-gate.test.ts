import { startExpressGate } from '../support/gates/express-gate.js';
import { describeApplicationContract } from './application-contract.js';
import { describeGateContract } from './gate-contract.js';
import { describeGateWireContract } from './gate-wire-contract.js';

describeGateContract('express', startExpressGate);
describeGateWireContract('express', startExpressGate);
describeApplicationContract('express', startExpressGate);
