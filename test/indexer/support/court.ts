import { keccak256, stringToHex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { arbitrationAbi, stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Market } from './market.ts'

const HOUR = 3_600
/** Stake that a juror has locked, of `parameters.JUROR_BOND`. */
const BOND = 10_000_000n

/** Acts on disputes before the jurors of a market. */
export class Court {
  readonly address: Address
  readonly #market: Market

  constructor(market: Market) {
    const { arbitration } = market.deployment.contracts
    if (arbitration === undefined) throw new Error('the market has no arbitration')
    this.address = arbitration
    this.#market = market
  }

  /** An agent with stake that can be drawn. */
  async enlist(owner: HDAccount): Promise<bigint> {
    const { treasury } = this.#market.deployment.contracts
    const agentId = await this.#market.register(owner, 'https://agents.example/juror')
    await this.#market.send(owner, treasury, stakeVaultAbi, 'stake', [agentId, this.address, BOND])
    await this.#call(owner, 'enlist', [agentId])
    return agentId
  }

  /** Puts up the other side's bond. */
  async match(who: HDAccount, id: Hex): Promise<void> {
    await this.#call(who, 'matchBond', [...this.#case(id)])
  }

  async submitEvidence(who: HDAccount, id: Hex, uri: string): Promise<void> {
    await this.#call(who, 'submitEvidence', [...this.#case(id), keccak256(stringToHex(uri)), uri])
  }

  /** Once the evidence has closed, draws a panel. */
  async draw(who: HDAccount, id: Hex): Promise<void> {
    await this.#market.pass(24 * HOUR)
    await this.#call(who, 'draw', [...this.#case(id)])
    await this.#market.test.mine({ blocks: 6 })
    await this.#call(who, 'draw', [...this.#case(id)])
  }

  /** Jurors of the first round commit to votes and reveal them. */
  async vote(id: Hex, votes: { juror: HDAccount; agentId: bigint; vote: number }[]): Promise<void> {
    const salt = keccak256(id)
    for (const { juror, agentId, vote } of votes) {
      const commitment = await this.#market.client.readContract({
        address: this.address,
        abi: arbitrationAbi,
        functionName: 'commitmentOf',
        args: [...this.#case(id), 0, agentId, vote, salt],
      })
      await this.#call(juror, 'commit', [...this.#case(id), agentId, commitment])
    }
    for (const { juror, agentId, vote } of votes) {
      await this.#call(juror, 'reveal', [...this.#case(id), agentId, vote, salt])
    }
  }

  /** Once the verdict can be appealed no more, pays out the bonds. */
  async execute(who: HDAccount, id: Hex): Promise<void> {
    await this.#market.pass(25 * HOUR)
    await this.#call(who, 'execute', [...this.#case(id)])
  }

  /** What the contract says of a case now. */
  async disputeOf(id: Hex) {
    return this.#market.client.readContract({
      address: this.address,
      abi: arbitrationAbi,
      functionName: 'disputeOf',
      args: this.#case(id),
    })
  }

  #case(id: Hex): readonly [Address, Hex] {
    return [this.#market.deployment.contracts.intentEscrow, id]
  }

  async #call(from: HDAccount, functionName: string, args: unknown[]): Promise<void> {
    await this.#market.send(from, this.address, arbitrationAbi, functionName, args)
  }
}
