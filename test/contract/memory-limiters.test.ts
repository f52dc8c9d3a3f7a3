import { createMemoryBudget } from '../../src/limits/memory-budget.js';
import { createMemoryLockout } from '../../src/limits/memory-lockout.js';
import { describeBudgetContract, describeLockoutContract } from './limiter-contract.js';

describeLockoutContract('memory', createMemoryLockout);
describeBudgetContract('memory', createMemoryBudget);
