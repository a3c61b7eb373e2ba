import { ChainError, ConfigError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import type { Block } from '../store/changes.ts'
import { ChainReader } from './chain-reader.ts'

/** What tells one chain from another. */
export interface ChainIdentity {
  chainId: number
  genesisHash: Hex
}

/** Longest rest of an endpoint, in milliseconds. */
const MAX_REST = 10_000
/** An endpoint that is this many blocks behind another one may just have been asked a moment earlier. */
const LAG_BLOCKS = 3
/** After so many looks in a row at which it is further behind, it is left for a while. */
const LAG_LOOKS = 10

/** One RPC endpoint of the chain, and how far it is to be relied on. */
export class Endpoint {
  /** For logs and answers: without path, query and user, which may hold keys. */
  readonly name: string
  readonly reader: ChainReader
  readonly #chain: ChainIdentity
  /** The first rest of an endpoint, in milliseconds; each further one takes twice as long. */
  readonly #pause: number
  #isVerified = false
  #left = 0
  #refusal: ChainError | undefined
  #failures = 0
  #looksBehind = 0
  #restsUntil = 0

  /**
   * @param index its place among the endpoints, from 0
   * @throws ConfigError `RPC_URL_INVALID`
   */
  constructor(url: string, index: number, chain: ChainIdentity, pause: number) {
    this.name = `${originOf(url, index)} (${index + 1})`
    this.reader = new ChainReader(url)
    this.#chain = chain
    this.#pause = pause
  }

  /** Milliseconds until it may be asked again; 0: now. */
  get rest(): number {
    return Math.max(this.#restsUntil - performance.now(), 0)
  }

  /** Polls that failed since the last good one. */
  get failures(): number {
    return this.#failures
  }

  /** How often it was left for a while. */
  get left(): number {
    return this.#left
  }

  /** Why it is not used although it answers; undefined while it does not, and while it is used. */
  get refusal(): ChainError | undefined {
    return this.#refusal
  }

  /** The newest block. An endpoint that was away is asked, too, whether it is still of this chain. */
  async look(signal: AbortSignal): Promise<Block> {
    const head = this.#isVerified ? await this.reader.block('latest', signal) : await this.verify(signal)
    if (head === undefined) throw new Error('The chain has no newest block.')
    return head
  }

  /**
   * Makes sure that it is of this chain.
   *
   * @returns its newest block
   * @throws ChainError `WRONG_CHAIN` when another chain answers, which is then not used.
   */
  async verify(signal: AbortSignal): Promise<Block | undefined> {
    this.#isVerified = false
    const { chainId, genesis, head } = await this.reader.identity(signal)
    this.#refusal = otherChain(this.#chain, chainId, genesis?.hash)
    if (this.#refusal !== undefined) throw this.#refusal
    this.#isVerified = true
    return head
  }

  /** A poll went well to its end. */
  succeeded(): void {
    if (this.rest === 0) this.#failures = 0
  }

  /** It failed, or is of another chain: left for a while, each time for longer. */
  failed(error: unknown): void {
    if (error !== this.#refusal) this.#refusal = undefined
    this.#isVerified = false
    this.#failures++
    if (this.#failures === 1) this.#left++
    this.#restsUntil = performance.now() + Math.min(this.#pause * 2 ** this.#failures, MAX_REST)
  }

  /** Whether it has been behind another endpoint for so long that it is of no use. Called once for each look. */
  isLagging(head: Block, best: Block): boolean {
    this.#looksBehind = head.number < best.number - LAG_BLOCKS ? this.#looksBehind + 1 : 0
    return this.#looksBehind > LAG_LOOKS
  }
}

function originOf(url: string, index: number): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed.origin
  throw new ConfigError('RPC_URL_INVALID', 'An endpoint of the chain is no URL.', {
    field: `rpcUrls[${index}]`,
    expected: 'http://… or https://…',
    received: parsed?.protocol ?? 'no URL',
    remedy: 'Correct it, or leave it out.',
  })
}

function otherChain(
  chain: ChainIdentity,
  chainId: number,
  genesisHash: Hex | undefined,
): ChainError | undefined {
  if (chainId !== chain.chainId) return wrongChain('chainId', chain.chainId, chainId)
  if (genesisHash !== chain.genesisHash) return wrongChain('genesisHash', chain.genesisHash, genesisHash)
  return undefined
}

/** That another chain answers than the one that is followed. */
export function wrongChain(field: string, expected: unknown, received: unknown): ChainError {
  return new ChainError('WRONG_CHAIN', 'Another chain answers than the one of the deployment.', {
    field,
    expected,
    received,
    remedy: 'Deploy to this chain, or point the URL at the one of the deployment.',
  })
}
