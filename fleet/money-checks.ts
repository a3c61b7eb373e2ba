import { type Address, type Deal, type Hex, isOpen, paymentOf } from '../agent/index.ts'
import { type Check, differs, first } from '../community/check.ts'

/** One agent of a market that has ended: what it says itself. Money in minor units. */
export interface Party {
  name: string
  address: Address
  agentId: bigint
  /** Tokens that it was given, all in all. */
  given: bigint
  /** Its agreements, by its journal. */
  deals: readonly Deal[]
}

/** What the chain says of a market's money, in minor units. */
export interface MoneyRecord {
  /** Of each party: tokens in its wallet, in the ledger and put up as stake. */
  has: ReadonlyMap<Address, bigint>
  /** What the protocol has earned, collected or not. */
  fees: bigint
  /** What left the escrow for sellers and protocol, by agreement. */
  settlements: ReadonlyMap<Hex, bigint>
}

/** Holds journals, balances and the escrow's events against one another, to the unit: no money may have come or gone. */
export function checkMoney(
  { has, fees, settlements }: MoneyRecord,
  riders: readonly Party[],
  drivers: readonly Party[],
): Check[] {
  const changeOf = ({ address, given }: Party) => (has.get(address) ?? 0n) - given
  const sold = drivers.flatMap(({ deals }) => deals).filter(({ outcome }) => outcome !== undefined)
  return [
    {
      name: 'moneyConserved',
      fault: differs(
        'paid by riders',
        sumOf(drivers, changeOf) + fees + sumOf(riders, heldOf),
        -sumOf(riders, changeOf),
      ),
    },
    {
      name: 'balancesAgree',
      fault: first([...riders, ...drivers], (party) =>
        differs(`change of the money of ${party.name}`, saidOf(party), changeOf(party)),
      ),
    },
    {
      name: 'settlementsAgree',
      fault:
        differs('agreements settled on chain', sold.length, settlements.size) ??
        first(sold, ({ id, outcome }) =>
          differs(`payment of ${id} on chain`, outcome?.paid ?? 0n, settlements.get(id) ?? 0n),
        ),
    },
  ]
}

/** What a party's journal says that it has gained, or paid, also into escrow. */
function saidOf(party: Party): bigint {
  return party.deals.reduce((sum, { role, agreement, outcome }) => {
    const paid = outcome?.paid ?? 0n
    return role === 'buyer' ? sum - paid : sum + paid - (paid * agreement.feeBps) / 10_000n
  }, -heldOf(party))
}

/** What the escrow holds of a buyer, by its journal. */
function heldOf({ deals }: Party): bigint {
  const open = deals.filter((deal) => deal.role === 'buyer' && isOpen(deal))
  return open.reduce((sum, { agreement }) => sum + paymentOf(agreement), 0n)
}

function sumOf(parties: readonly Party[], of: (party: Party) => bigint): bigint {
  return parties.reduce((sum, party) => sum + of(party), 0n)
}
