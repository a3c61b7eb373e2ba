import { clearingMutants } from './clearing.ts'

/** One guard of a contract, broken in one way. */
export interface Mutant {
  /** What would go wrong. */
  fault: string
  /** The contract's file below `contracts/`. */
  file: string
  /** Text that occurs once in the file. */
  find: string
  replace: string
  /** Folders below `test/contracts/` of which at least one test must fail. */
  tests: readonly string[]
}

/** Guards whose loss somebody would pay for. */
export const mutants: readonly Mutant[] = [
  {
    fault: 'an agreement is opened twice',
    file: 'IntentEscrow.sol',
    find: 'require(_records[id].status == Status.None, UnexpectedStatus(id, _records[id].status));\n        uint256 latest',
    replace: 'uint256 latest',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the deadline may be the expiry',
    file: 'IntentEscrow.sol',
    find: 'a.deadline > a.expiry',
    replace: 'a.deadline >= a.expiry',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the seller need not sign',
    file: 'escrow/EscrowBase.sol',
    find: '_checkSignature(a.seller, digest, sellerSignature);',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a release is not checked',
    file: 'IntentEscrow.sol',
    find: 'if (msg.sender != a.buyer || release.length != 0) {',
    replace: 'if (msg.sender == a.payout) {',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'anybody ends an agreement early by a release that says it is the last',
    file: 'IntentEscrow.sol',
    find: 'require(quantity == a.quantity || msg.sender == a.seller, NotParty(msg.sender));',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the same release pays again',
    file: 'IntentEscrow.sol',
    find: 'uint256(record.paid) + 1;',
    replace: 'record.paid;',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a delivery is reported before it can have begun',
    file: 'IntentEscrow.sol',
    find: 'require(block.timestamp >= c.start, DeliveryNotStarted(c.start, block.timestamp));',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a delivery is reported after the deadline',
    file: 'IntentEscrow.sol',
    find: 'require(block.timestamp <= a.deadline, DeadlinePassed',
    replace: 'require(block.timestamp <= a.deadline + 1, DeadlinePassed',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'payment is claimed in the last second of the window',
    file: 'IntentEscrow.sol',
    find: 'require(block.timestamp > end, WindowNotPassed',
    replace: 'require(block.timestamp >= end, WindowNotPassed',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the window begins with the report, even before the end of the delivery',
    file: 'libraries/AgreementTerms.sol',
    find: 'Math.max(deliveredAt, c.end) + c.window',
    replace: 'deliveredAt + c.window',
    tests: ['IntentEscrow', 'regressions'],
  },
  {
    fault: 'a dispute comes after the window',
    file: 'IntentEscrow.sol',
    find: 'require(block.timestamp <= end, WindowPassed(end, block.timestamp));',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the seller puts up the bond against itself',
    file: 'IntentEscrow.sol',
    find: 'require(msg.sender != a.seller, NotParty(msg.sender));',
    replace: '',
    tests: ['regressions'],
  },
  {
    fault: 'a case knows the keys, and not who stands behind them',
    file: 'IntentEscrow.sol',
    find: 'a.payer, a.staker, msg.sender',
    replace: 'a.buyer, a.seller, msg.sender',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a refund comes before the deadline is over',
    file: 'IntentEscrow.sol',
    find: 'require(block.timestamp > a.deadline, DeadlineNotPassed',
    replace: 'require(block.timestamp >= a.deadline, DeadlineNotPassed',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a buyer cancels what may have been delivered',
    file: 'IntentEscrow.sol',
    find: 'require(block.timestamp < c.end, DeliveryEnded(c.end, block.timestamp));',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the payout goes to the seller’s key instead of the account agreed',
    file: 'IntentEscrow.sol',
    find: 'ledger.give(a.token, a.payout, paid, fee)',
    replace: 'ledger.give(a.token, a.seller, paid, fee)',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'the refund goes to the buyer’s key instead of the payer',
    file: 'IntentEscrow.sol',
    find: 'ledger.give(a.token, a.payer, refunded, 0)',
    replace: 'ledger.give(a.token, a.buyer, refunded, 0)',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'an arbitrator is starved of gas into silence',
    file: 'IntentEscrow.sol',
    find: '_requireGas(RULING_GAS);',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a revoked key still commits stake',
    file: 'escrow/EscrowBase.sol',
    find: 'agentId == a.agentId && epoch == a.sellerEpoch && owner == a.staker',
    replace: 'agentId == a.agentId && owner == a.staker',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a revoked key still spends its owner’s money',
    file: 'escrow/EscrowBase.sol',
    find: 'owner == a.payer && epoch == a.buyerEpoch',
    replace: 'owner == a.payer',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a spot trade is settled twice',
    file: 'escrow/SpotTrades.sol',
    find: '_nonces[buyer][nonce >> 8] = word | bit;',
    replace: '',
    tests: ['IntentEscrow'],
  },
  {
    fault: 'a batch skips silently what it has no gas for',
    file: 'escrow/Batch.sol',
    find: '_requireGas(CALL_GAS);',
    replace: '',
    tests: ['IntentEscrow', 'regressions'],
  },
  {
    fault: 'anybody moves balances',
    file: 'Ledger.sol',
    find: 'require(isModule(msg.sender), NotModule(msg.sender));',
    replace: '',
    tests: ['Ledger'],
  },
  {
    fault: 'a withdrawal does not wait',
    file: 'Ledger.sol',
    find: 'require(block.timestamp >= request.availableAt, WithdrawalNotReady(request.availableAt, block.timestamp));',
    replace: '',
    tests: ['Ledger'],
  },
  {
    fault: 'deltas need not add up',
    file: 'Ledger.sol',
    find: 'require(sum == 0, Unbalanced(sum));',
    replace: '',
    tests: ['Ledger'],
  },
  {
    fault: 'a mandate’s cap of one payee is forgotten',
    file: 'Ledger.sol',
    find: 'require(amount <= allowed, PayeeCapExceeded(owner, agentId, payee, allowed, amount));',
    replace: '',
    tests: ['Ledger'],
  },
  {
    fault: 'more is locked than is free',
    file: 'StakeVault.sol',
    find: 'require(amount <= free, InsufficientStake(agentId, depositor, msg.sender, free, amount));',
    replace: '',
    tests: ['StakeVault'],
  },
  {
    fault: 'locked stake is withdrawn',
    file: 'StakeVault.sol',
    find: 'Math.min(queued, position.staked - position.locked)',
    replace: 'Math.min(queued, position.staked)',
    tests: ['StakeVault'],
  },
  {
    fault: 'nothing of a slash is burned',
    file: 'StakeVault.sol',
    find: 'uint256 compensation = amount / 2;',
    replace: 'uint256 compensation = amount;',
    tests: ['StakeVault'],
  },
  {
    fault: 'a transferred token takes its stake along',
    file: 'StakeVault.sol',
    find: 'keccak256(abi.encode(agentId, depositor, module))',
    replace: 'keccak256(abi.encode(agentId, identityRegistry.ownerOf(agentId), module))',
    tests: ['StakeVault', 'regressions'],
  },
  {
    fault: 'a wallet is bound without its consent',
    file: 'IdentityRegistry.sol',
    find: 'require(signature.isFrom(newWallet, _hashTypedDataV4(structHash)), InvalidWalletSig(newWallet));',
    replace: '',
    tests: ['IdentityRegistry'],
  },
  {
    fault: 'the epoch stands still',
    file: 'IdentityRegistry.sol',
    find: 'epoch = previous.epoch + 1;',
    replace: 'epoch = previous.epoch == 0 ? 1 : previous.epoch;',
    tests: ['IdentityRegistry', 'IntentEscrow'],
  },
  ...clearingMutants,
]
