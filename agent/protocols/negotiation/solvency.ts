import type { Deployment } from '../../../protocol/deployment.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { type Agreement, costOf, type Funding } from '../../../protocol/types.ts'
import * as ledger from '../../chain/actions/ledger.ts'
import * as vault from '../../chain/actions/stake-vault.ts'
import * as token from '../../chain/actions/token.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { PaymentMethod } from './party.ts'

/** How long an amount that was enough is taken to be there still, in milliseconds: opening checks it again. */
const LIFE = 10_000
/** Most amounts that are remembered. */
const MOST = 1_000

type Method = PaymentMethod | Funding['kind']

/** Where the money of a purchase comes from. */
type Source = Pick<Agreement, 'payer' | 'buyer' | 'token'> & { method: Method }

/**
 * Whether a buyer can pay, and a seller has the stake that it promises: looked at before anything is signed, or the chain
 * would refuse what both have agreed on. What is enough is remembered for a few seconds, what is not is read again.
 */
export class Solvency {
  readonly #components: { chain: ChainClient; deployment: Deployment }
  readonly #known = new Map<string, { amount: bigint; until: number }>()

  constructor(components: { chain: ChainClient; deployment: Deployment }) {
    this.#components = components
  }

  /**
   * Checks that the money of an agreement is there.
   *
   * @param isOwn whether this agent is the buyer, and not the one that looks at its offer
   * @throws RefusedError `BALANCE_TOO_LOW`; ChainError when the chain does not answer
   */
  async checkPayment(agreement: Agreement, method: Method, isOwn: boolean): Promise<void> {
    await this.checkMoney({ ...agreement, method }, costOf(agreement), isOwn)
  }

  /** As `checkPayment`, of what may come to cost this much. */
  async checkMoney(source: Source, cost: bigint, isOwn: boolean): Promise<void> {
    const { payer, buyer, method } = source
    const key = isFromWallet(method) ? `wallet ${buyer}` : `balance ${payer}`
    const found = await this.#atLeast(cost, key, () => this.#money(source))
    if (found >= cost) return
    throw new RefusedError('BALANCE_TOO_LOW', 'A buyer has less than a purchase costs.', {
      field: key,
      expected: `at least ${cost}`,
      received: found,
      remedy: isOwn ? remedyFor(source, cost) : 'Nothing is to be done: the offer is declined.',
    })
  }

  /**
   * Checks that the stake which an own agreement locks is there.
   *
   * @param wanted what buyers ask by this agent's own policy; a key that speaks for no agent has nothing to lock
   * @throws RefusedError `STAKE_TOO_LOW`; ChainError when the chain does not answer
   */
  async checkStake(
    { agentId, staker }: Pick<Agreement, 'agentId' | 'staker'>,
    wanted: bigint,
  ): Promise<void> {
    if (wanted === 0n) return
    const { client } = this.#components.chain
    const { treasury, intentEscrow } = this.#components.deployment.contracts
    const position = { agentId, depositor: staker, module: intentEscrow }
    const read = async () => (agentId === 0n ? 0n : vault.freeStake(client, treasury, position))
    const found = await this.#atLeast(wanted, `stake ${agentId} ${staker}`, read)
    if (found >= wanted) return
    throw new RefusedError('STAKE_TOO_LOW', 'A seller has less free stake than buyers ask for.', {
      field: agentId === 0n ? 'agent: not registered' : `agent ${agentId}`,
      expected: `at least ${wanted}`,
      received: found,
      remedy: `Put it up: \`enroll({ agentURI, stake: ${wanted}n, balance: 0n })\`; or offer less, or wait until open deals have ended.`,
    })
  }

  #money({ payer, buyer, token: paid, method }: Source): Promise<bigint> {
    const { client } = this.#components.chain
    const { treasury } = this.#components.deployment.contracts
    return isFromWallet(method)
      ? token.balanceOf(client, paid, buyer)
      : ledger.balanceOf(client, treasury, paid, payer)
  }

  async #atLeast(wanted: bigint, key: string, read: () => Promise<bigint>): Promise<bigint> {
    const known = this.#known.get(key)
    if (known !== undefined && known.amount >= wanted && performance.now() < known.until) return known.amount
    const amount = await read()
    this.#known.delete(key)
    this.#known.set(key, { amount, until: performance.now() + LIFE })
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
    return amount
  }
}

/** By an authorization or a permit the money comes straight from the buyer's wallet. */
function isFromWallet(method: Method): boolean {
  return method === 'authorization' || method === 'permit'
}

function remedyFor({ method, payer, buyer }: Source, cost: bigint) {
  if (isFromWallet(method)) {
    return `Send ${buyer} tokens; on a test deployment it makes its own: \`account.ensureTestDollars(${cost}n)\`.`
  }
  return payer === buyer
    ? `Pay in what is missing: \`account.ensureBalance(${cost}n)\`.`
    : `Have the agent's owner ${payer} pay in: \`account.ensureBalance(${cost}n)\`.`
}
