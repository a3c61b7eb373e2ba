import { parseEventLogs, type TransactionReceipt } from 'viem'
import type { Address } from '../../../agent/index.ts'
import { learningRegistryAbi, ledgerAbi, stakeVaultAbi, testDollarAbi } from '../../../protocol/abis/index.ts'
import type { Party, World } from './world.ts'

const abi = [...learningRegistryAbi, ...stakeVaultAbi] as const

/** What somebody earned or lost, in minor units, by what for. */
export interface Statement {
  /** Rewards, less the stake of commitments that were not revealed. */
  participant: bigint
  /** Fees, less the stake of seats that were silent. */
  evaluator: bigint
  /** Fees, less the stake of aggregates that were wrong. */
  proposer: bigint
  /** Halves of other people's stake. */
  compensation: bigint
  /** Units of gas. */
  gas: bigint
}

/** What everybody earns, as the contracts' events have it. */
export class Books {
  readonly #statements = new Map<Address, Statement>()
  readonly #panel: Address
  /** Rewards and fees that were credited. */
  paid = 0n
  /** Stake that was lost, of which half goes to whoever was harmed. */
  slashed = 0n

  constructor(panel: Address) {
    this.#panel = panel
  }

  of(address: Address): Statement {
    const known = this.#statements.get(address)
    if (known !== undefined) return known
    const statement = { participant: 0n, evaluator: 0n, proposer: 0n, compensation: 0n, gas: 0n }
    this.#statements.set(address, statement)
    return statement
  }

  /** Takes down what a transaction came to. */
  note(sender: Party, { logs, gasUsed }: TransactionReceipt): void {
    this.of(sender.address).gas += gasUsed
    const events = parseEventLogs({ abi, logs })
    const isRefuted = events.some(({ eventName }) => eventName === 'ResultRefuted')
    for (const event of events) {
      if (event.eventName === 'RewardClaimed') this.#pay(event.args, 'participant')
      if (event.eventName === 'EvaluationClaimed') this.#pay(event.args, 'evaluator')
      if (event.eventName === 'AggregationClaimed') this.#pay(event.args, 'proposer')
      if (event.eventName === 'Slashed') {
        const { depositor, module, harmed, burned, compensation } = event.args
        const role = module === this.#panel ? 'evaluator' : isRefuted ? 'proposer' : 'participant'
        this.of(depositor)[role] -= burned + compensation
        this.of(harmed).compensation += compensation
        this.slashed += burned + compensation
      }
    }
  }

  #pay(
    { owner, amount }: { owner: Address; amount: bigint },
    role: 'participant' | 'evaluator' | 'proposer',
  ) {
    this.of(owner)[role] += amount
    this.paid += amount
  }
}

/** Where all money of a world is, in minor units. */
export interface Money {
  /** Of each party, by address: in the ledger, as stake, and to be claimed from the vault. */
  owned: ReadonlyMap<Address, { balance: bigint; stake: bigint; claimable: bigint }>
  /** Slashed and to be burned. */
  toBurn: bigint
  /** What ledger and vault have of the token. */
  held: bigint
}

/** Reads where the money is. */
export async function readMoney({ client, deployment, registry, panel, parties }: World): Promise<Money> {
  const { treasury, testDollar } = deployment.contracts
  const vault = { address: treasury, abi: stakeVaultAbi } as const
  const ledger = { address: treasury, abi: ledgerAbi } as const
  const stakeOf = async ({ agentId, address }: Party, module: Address) => {
    const args = [agentId, address, module] as const
    const [staked] = await client.readContract({ ...vault, functionName: 'positionOf', args })
    return staked
  }
  const ownedBy = async (party: Party) => {
    const [balance, claimable, ...stakes] = await Promise.all([
      client.readContract({ ...ledger, functionName: 'balanceOf', args: [testDollar, party.address] }),
      client.readContract({ ...vault, functionName: 'claimable', args: [party.address] }),
      stakeOf(party, registry),
      stakeOf(party, panel),
    ])
    return { balance, claimable, stake: stakes.reduce((sum, each) => sum + each, 0n) }
  }
  const [owned, toBurn, held] = await Promise.all([
    Promise.all(parties.map(ownedBy)),
    client.readContract({ ...vault, functionName: 'toBurn' }),
    client.readContract({
      address: testDollar,
      abi: testDollarAbi,
      functionName: 'balanceOf',
      args: [treasury],
    }),
  ])
  const none = { balance: 0n, stake: 0n, claimable: 0n }
  return { owned: new Map(parties.map(({ address }, i) => [address, owned[i] ?? none])), toBurn, held }
}
