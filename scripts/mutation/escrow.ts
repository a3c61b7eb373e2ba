import type { Mutant } from './mutant.ts'

/** Guards of how an agreement comes about, and of spot trades and batches. */
export const escrowMutants: readonly Mutant[] = [
  {
    fault: 'an agreement is opened twice',
    file: 'IntentEscrow.sol',
    find: 'require(record.status == Status.None, UnexpectedStatus(id, record.status));',
    replace: '',
    tests: ['IntentEscrow/open'],
  },
  {
    fault: 'the deadline may be the expiry',
    file: 'IntentEscrow.sol',
    find: 'a.deadline > a.expiry',
    replace: 'a.deadline >= a.expiry',
    tests: ['IntentEscrow/open.terms'],
  },
  {
    fault: 'the seller need not sign',
    file: 'escrow/EscrowBase.sol',
    find: '_checkSignature(a.seller, digest, sellerSignature);',
    replace: '',
    tests: ['IntentEscrow/open.signatures'],
  },
  {
    fault: 'another fee is signed than is taken',
    file: 'escrow/EscrowBase.sol',
    find: 'require(a.feeBps == feeBps, FeeMismatch(a.feeBps, feeBps));',
    replace: '',
    tests: ['IntentEscrow/open.terms'],
  },
  {
    fault: 'a revoked key still commits stake',
    file: 'escrow/EscrowBase.sol',
    find: 'agentId == a.agentId && epoch == a.sellerEpoch && owner == a.staker',
    replace: 'agentId == a.agentId && owner == a.staker',
    tests: ['IntentEscrow/open.epochs'],
  },
  {
    fault: 'a revoked key still spends its owner’s money',
    file: 'escrow/EscrowBase.sol',
    find: 'owner == a.payer && epoch == a.buyerEpoch',
    replace: 'owner == a.payer',
    tests: ['IntentEscrow/open.epochs'],
  },
  {
    fault: 'a permit pays what an owner is to be refunded',
    file: 'escrow/Funding.sol',
    find: 'require(payingAgent == 0, PayerNotBound(a.buyer, a.payer, a.buyerEpoch));',
    replace: '',
    tests: ['IntentEscrow/open.payer'],
  },
  {
    fault: 'a submitter takes relay fees beyond the cap of one payee',
    file: 'escrow/Funding.sol',
    find: 'payingAgent, msg.sender, a.relayFee',
    replace: 'payingAgent, a.payout, a.relayFee',
    tests: ['IntentEscrow/open.payer'],
  },
  {
    fault: 'a spot trade is settled twice',
    file: 'escrow/SpotTrades.sol',
    find: '_nonces[buyer][nonce >> 8] = word | bit;',
    replace: '',
    tests: ['IntentEscrow/trade'],
  },
  {
    fault: 'a batch skips silently what it has no gas for',
    file: 'escrow/Batch.sol',
    find: '_requireGas(CALL_GAS);',
    replace: '',
    tests: ['IntentEscrow/batch.hostile'],
  },
]
