import { startGatewayGate } from '../support/gates/gateway-gate.js';
import { describeGateContract } from './gate-contract.js';
import { describeGateWireContract } from './gate-wire-contract.js';

describeGateContract('gateway', startGatewayGate);
describeGateWireContract('gateway', startGatewayGate);
