/** Contracts and model side by side: the people, what they agreed on so far, and how to compare. */
import { hashConditions, pack } from '../agreement.ts'
import { type Actor, type Chain, idOf, readWords } from './chain.ts'
import { EscrowModel } from './escrow.ts'
import { LedgerModel } from './ledger.ts'
import type { Random } from './random.ts'
import { RegistryModel } from './registry.ts'
import { type Agreement, type Conditions, DAY, type Deal } from './terms.ts'
import { BURNED, VaultModel } from './vault.ts'
import { Tally, type Verdict } from './verdict.ts'
import type { DealRecord, Status, World } from './world.ts'

const STATUSES: readonly Status[] = [
  'None',
  'Open',
  'Delivered',
  'Disputed',
  'Settled',
  'Refunded',
  'Cancelled',
  'Resolved',
  'Revoked',
]

/** One call of one contract, and what the model makes of it. */
export interface Action {
  name: string
  from: Actor
  to: string
  data: string
  /** Applies it to the model. */
  expect(now: bigint): Verdict
  /** The agreements that it is about. */
  deals?: readonly Deal[]
  /** Of a batch: the verdict of every call in it, after `expect`. */
  parts?: () => readonly Verdict[]
}

/** Whether something can be done with a deal. */
export type Ready = (deal: Deal, record: DealRecord, now: bigint) => boolean

export class Session {
  readonly chain: Chain
  readonly random: Random
  readonly world: World
  readonly escrow: EscrowModel
  readonly wallets = new Tally()
  readonly deals: Deal[] = []
  now: bigint

  constructor(chain: Chain, random: Random) {
    const { addresses } = chain
    this.chain = chain
    this.random = random
    this.now = chain.now + 1n
    const modules = [addresses.escrow, addresses.module, addresses.arbitrator]
    this.world = {
      ledger: new LedgerModel(addresses.ledger, modules, addresses.feeRecipient, this.wallets),
      vault: new VaultModel(addresses.vault, this.wallets),
      registry: new RegistryModel(),
      arbitrator: {
        maxDuration: DAY,
        bondFor: (amount) => amount / 10n,
        broken: false,
        ruling: 'Pending',
        defendantBps: 0n,
      },
      addresses,
      feeBps: chain.feeBps,
    }
    this.escrow = new EscrowModel(this.world)
    for (const { address } of chain.actors) this.wallets.set(address, chain.wealth)
  }

  anybody(): Actor {
    return this.random.pick(this.chain.actors)
  }

  actor(address: string): Actor {
    return this.chain.actors.find((actor) => actor.address === address) ?? this.anybody()
  }

  /** Mostly the one who may, sometimes somebody else. */
  mostly(address: string): Actor {
    return this.random.once(10) ? this.anybody() : this.actor(address)
  }

  /** A name for an agreement. */
  deal(agreement: Agreement, conditions: Conditions): Deal {
    return { agreement, conditions, id: idOf(this.chain, { agreement, conditions }) }
  }

  /** The deals that are ready for something. */
  ready(test: Ready): Deal[] {
    return this.deals.filter((deal) => test(deal, this.escrow.recordOf(deal.id), this.now))
  }

  /** One of the deals that are ready, if there are any; now and then, and otherwise, any. */
  find(test: Ready): Deal | undefined {
    const ready = this.ready(test)
    const choices = ready.length === 0 || this.random.once(10) ? this.deals : ready
    return choices.length === 0 ? undefined : this.random.pick(choices)
  }

  /** What a call of one of our contracts consists of. */
  call(
    contract: 'escrow' | 'ledger' | 'vault' | 'registry' | 'arbitrator',
    method: string,
    values: unknown[] = [],
  ) {
    const { addresses, interfaces } = this.chain
    return { to: addresses[contract], data: interfaces[contract].encodeFunctionData(method, values) }
  }

  /** The agreement as a contract takes it. */
  encoded({ agreement, conditions }: Deal) {
    return pack({ ...agreement, conditions: hashConditions(conditions) })
  }

  /**
   * What differs between contracts and model.
   * @param deals the agreements to compare; money and stake are compared whole
   */
  async differences(deals: readonly Deal[]): Promise<string[]> {
    const { addresses, actors } = this.chain
    const { ledger, vault } = this.world
    const accounts = [...actors.map(({ address }) => address), addresses.feeRecipient, addresses.escrow]
    accounts.push(addresses.ledger, addresses.vault, BURNED)
    const positions = vault.positions()
    const mandates = ledger.mandates()
    const ids = deals.map(({ id }) => id)
    const keys = positions.map(({ agentId, depositor, module }) => [agentId, depositor, module])
    const owners = mandates.map(({ owner, agentId }) => [owner, agentId])
    const found = await readWords(this.chain, [accounts, keys, owners, ids])
    const at = found[0] ?? 0n
    const expected: [string, bigint][] = [
      ['time', at],
      ['toBurn', vault.toBurn],
    ]
    for (const account of accounts) {
      expected.push([`balance of ${account}`, ledger.balances.get(account)])
      expected.push([`fees of ${account}`, ledger.fees.get(account)])
      expected.push([`tokens of ${account}`, this.wallets.get(account)])
      expected.push([`claimable of ${account}`, vault.claimable.get(account)])
    }
    for (const position of positions) {
      const name = `${position.agentId} ${position.depositor} ${position.module}`
      expected.push([`staked ${name}`, position.staked], [`locked ${name}`, position.locked])
      expected.push([`queued ${name}`, position.queued], [`availableAt ${name}`, position.availableAt])
    }
    for (const { owner, agentId } of mandates) {
      expected.push([`spent by ${agentId} of ${owner}`, ledger.spentBy(owner, agentId, at)])
    }
    for (const { id } of deals) {
      const { status, paid, claimed, deliveredAt, disputedAt } = this.escrow.recordOf(id)
      expected.push([`status of ${id}`, BigInt(STATUSES.indexOf(status))], [`paid of ${id}`, paid])
      expected.push([`claimed of ${id}`, claimed], [`deliveredAt of ${id}`, deliveredAt])
      expected.push([`disputedAt of ${id}`, disputedAt])
    }
    if (found.length !== expected.length) return [`${found.length} values instead of ${expected.length}`]
    return expected.flatMap(([name, value], index) =>
      found[index] === value ? [] : [`${name}: contract ${found[index]}, model ${value}`],
    )
  }
}
