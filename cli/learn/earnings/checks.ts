import { type Check, differs, first } from '../../../community/check.ts'
import type { Money } from './books.ts'
import type { Earner, Played } from './scenario.ts'

/** Holds events, balances and stakes against one another, to the unit: no money may have come or gone. */
export function checkMoney({ participants, evaluators, before, after, ...played }: Played): Check[] {
  return [
    {
      name: 'moneyConserved',
      fault:
        differs('balances, stakes and what is to be burned', before.held, totalOf(before)) ??
        differs('balances, stakes and what is to be burned', after.held, totalOf(after)) ??
        differs('tokens in ledger and vault', before.held, after.held),
    },
    { name: 'escrowPaidOut', fault: differs('paid by the requester', played.paid, played.spent) },
    {
      name: 'balancesAgree',
      fault: first([...participants, ...evaluators], ({ party, statement }) => {
        const { participant, evaluator, proposer, compensation } = statement
        const change = ownedBy(after, party) - ownedBy(before, party)
        const earned = participant + evaluator + proposer + compensation
        return differs(`change of the money of ${party.name}`, earned, change)
      }),
    },
  ]
}

function ownedBy({ owned }: Money, { address }: Earner['party']): bigint {
  const { balance, stake, claimable } = owned.get(address) ?? { balance: 0n, stake: 0n, claimable: 0n }
  return balance + stake + claimable
}

function totalOf({ owned, toBurn }: Money): bigint {
  return [...owned.values()].reduce(
    (sum, { balance, stake, claimable }) => sum + balance + stake + claimable,
    toBurn,
  )
}
