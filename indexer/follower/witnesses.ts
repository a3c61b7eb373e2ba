import type { Logger } from 'pino'
import { ChainError } from '../../protocol/errors.ts'
import type { Block } from '../store/changes.ts'
import type { Endpoints, Look } from './endpoints.ts'

/** Compares what one endpoint says with what a second one says, and remembers that they disagree. */
export class Witnesses {
  readonly #endpoints: Endpoints
  readonly #logger: Logger
  #disagreement: ChainError | undefined

  constructor(endpoints: Endpoints, logger: Logger) {
    this.#endpoints = endpoints
    this.#logger = logger
  }

  /** That two endpoints tell different chains, so that nothing is stored; undefined when they do not. */
  get disagreement(): ChainError | undefined {
    return this.#disagreement
  }

  /**
   * Whether a block of `source` is on the chain of `witness`, too. It is where there is no witness, and it is not when
   * that one does not know yet, or fails.
   *
   * @throws ChainError `WRONG_CHAIN` when the two differ because `source` is of another chain.
   */
  async confirm(
    block: Block,
    source: Look,
    witness: Look | undefined,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (witness === undefined) {
      this.#agreed()
      return true
    }
    const theirs = await this.blockOf(witness, block.number, signal)
    return theirs !== undefined && this.#judge(block, source, theirs, witness, signal)
  }

  /** Whether the shorter one of two chains is part of the longer one; otherwise as `confirm`. */
  async compare(source: Look, witness: Look | undefined, signal: AbortSignal): Promise<boolean> {
    if (witness === undefined || witness.head.number >= source.head.number) {
      return this.confirm(source.head, source, witness, signal)
    }
    const ours = await this.blockOf(source, witness.head.number, signal)
    return ours !== undefined && this.#judge(ours, source, witness.head, witness, signal)
  }

  /** The block that an endpoint has at a height; undefined when it has none, or fails. */
  async blockOf({ endpoint, head }: Look, height: number, signal: AbortSignal): Promise<Block | undefined> {
    if (head.number <= height) return head.number === height ? head : undefined
    try {
      return await endpoint.reader.block(height, signal)
    } catch (error) {
      if (!signal.aborted) this.#endpoints.failed(endpoint, error)
      return undefined
    }
  }

  /** Two endpoints have different blocks of one height: either one is of another chain, and left, or they disagree. */
  async disagree(
    ours: Block,
    source: Look,
    theirs: Block,
    witness: Look,
    signal: AbortSignal,
  ): Promise<void> {
    await source.endpoint.verify(signal)
    try {
      await witness.endpoint.verify(signal)
    } catch (error) {
      if (!signal.aborted) this.#endpoints.failed(witness.endpoint, error)
      return
    }
    const isNew = this.#disagreement === undefined
    this.#disagreement = new ChainError(
      'ENDPOINTS_DISAGREE',
      'Two endpoints tell different chains: nothing is stored until they agree.',
      {
        field: `hash of block ${ours.number}`,
        expected: `${ours.hash} as ${source.endpoint.name} has it`,
        received: `${theirs.hash} of ${witness.endpoint.name}`,
        remedy:
          'Wait: it goes on by itself when they agree. If they do not, leave out the one that is wrong.',
      },
    )
    if (isNew) this.#logger.warn({ reason: this.#disagreement.message }, 'endpoints of the chain disagree')
  }

  async #judge(
    ours: Block,
    source: Look,
    theirs: Block,
    witness: Look,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (ours.hash !== theirs.hash) await this.disagree(ours, source, theirs, witness, signal)
    else this.#agreed()
    return ours.hash === theirs.hash
  }

  #agreed(): void {
    if (this.#disagreement !== undefined) this.#logger.info('endpoints of the chain agree again')
    this.#disagreement = undefined
  }
}
