import { checkLength } from '../models/checks.ts'
import { type Compression, type EncodedUpdate, encodeUpdate } from './update.ts'

/**
 * A sender of compressed updates that forgets nothing: what compression takes from an update is added to the next one. So
 * what was received all in all, and what it still owes, is the sum of all updates.
 *
 * For a client that takes part again and again; what it owes is worth less the longer it stays away.
 *
 * Sources: Karimireddy, Rebjock, Stich and Jaggi, "Error feedback fixes SignSGD and other gradient compression schemes"
 * (ICML 2019), algorithm 2; Stich, Cordonnier and Jaggi, "Sparsified SGD with memory" (NeurIPS 2018), algorithm 1; after
 * Lin et al., "Deep gradient compression" (ICLR 2018), without its momentum correction.
 *
 * @example
 * ```ts
 * const sender = new ErrorFeedback(2, { keep: 0.5 })
 * sender.send(Float32Array.of(3, 1)).received // [3, 0]
 * sender.send(Float32Array.of(0, 1)).received // [0, 2]
 * ```
 */
export class ErrorFeedback {
  readonly #compression: Compression
  readonly #draw: (() => number) | undefined
  #residual: Float64Array

  /**
   * @param size how many parameters the model has
   * @param draw uniform numbers from 0 to below 1, which stochastic rounding needs
   */
  constructor(size: number, compression: Compression, draw?: () => number) {
    this.#residual = new Float64Array(size)
    this.#compression = compression
    this.#draw = draw
  }

  /** What is owed, one number per parameter. */
  get residual(): Float64Array {
    return this.#residual.slice()
  }

  /**
   * Encodes an update with what is owed from those before.
   *
   * @throws as `encodeUpdate`, and ConfigError `SHAPE_MISMATCH`; what is owed stays as it was then
   */
  send(update: Float32Array): EncodedUpdate {
    checkLength('update', update, this.#residual.length)
    const owed = this.#residual.map((value, index) => value + (update[index] ?? 0))
    const encoded = encodeUpdate(owed, this.#compression, this.#draw)
    this.#residual = owed.map((value, index) => value - (encoded.received[index] ?? 0))
    return encoded
  }
}
