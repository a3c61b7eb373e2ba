import { encodeFunctionData, type Hex, keccak256, stringToHex } from 'viem'
import { meshDirectoryAbi, meshGovernorAbi, meshTokenAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
import { VOTING } from '../../../scripts/deploy/parameters.ts'
import { account, type Market } from './market.ts'

/** Acts as who holds all votes: proposes that a domain asks for a dollar of stake. */
export class Governor {
  readonly holder = account(0)
  readonly address: Address
  readonly action: { target: Address; value: string; calldata: Hex }
  readonly #market: Market

  private constructor(market: Market, domain: string) {
    const { meshGovernor, meshDirectory } = market.deployment.contracts
    this.#market = market
    this.address = meshGovernor as Address
    const calldata = encodeFunctionData({
      abi: meshDirectoryAbi,
      functionName: 'setAdmission',
      args: [stringToHex(domain, { size: 32 }), { minStake: 1_000_000n, minReputation: 1_000 }],
    })
    this.action = { target: meshDirectory, value: '0', calldata }
  }

  static async awaken(market: Market, domain: string): Promise<Governor> {
    const governor = new Governor(market, domain)
    const { meshToken } = market.deployment.contracts
    const { address } = governor.holder
    await market.send(governor.holder, meshToken as Address, meshTokenAbi, 'delegate', [address])
    // A proposer's votes are those of a second before.
    await market.pass(2)
    return governor
  }

  async propose(description: string): Promise<void> {
    await this.#call('propose', [...this.#calls, description])
  }

  /** When voting has begun. */
  async vote(proposalId: bigint, reason: string): Promise<void> {
    await this.#market.pass(VOTING.votingDelay + 1)
    await this.#call('castVoteWithReason', [proposalId, 1, reason])
  }

  /** Lets the time for voting end. */
  async endVoting(): Promise<void> {
    await this.#market.pass(VOTING.votingPeriod + VOTING.voteExtension)
  }

  async queue(description: string): Promise<void> {
    await this.#call('queue', this.#hashed(description))
  }

  /** @param eta Unix seconds */
  async execute(description: string, eta: bigint): Promise<void> {
    await this.#market.pass(Number(eta - (await this.#market.now())) + 1)
    await this.#call('execute', this.#hashed(description))
  }

  async cancel(description: string): Promise<void> {
    await this.#call('cancel', this.#hashed(description))
  }

  get #calls() {
    const { target, calldata } = this.action
    return [[target], [0n], [calldata]]
  }

  #hashed(description: string) {
    return [...this.#calls, keccak256(stringToHex(description))]
  }

  async #call(functionName: string, args: unknown[]): Promise<void> {
    await this.#market.send(this.holder, this.address, meshGovernorAbi, functionName, args)
  }
}
