import { chacha20 } from '@noble/ciphers/chacha.js'
import { ConfigError } from '../../../protocol/errors.ts'

/**
 * Where random bytes come from. In production a cryptographic one: `(count) => crypto.getRandomValues(new Uint8Array(count))`.
 *
 * @param count at most 65,536, which is what that function gives at once
 */
export type RandomSource = (count: number) => Uint8Array

/** Bytes that are fetched at once. */
const BUFFER = 4096

/**
 * Bytes that always are the same for a seed: the key stream of ChaCha20. For tests and for experiments that are to be
 * repeated, and for nothing else: whoever knows or guesses the seed, of which there are no more than 2^32, draws the same
 * noise, subtracts it, and has what it was to hide.
 *
 * @param seed any integer; of larger ones the lowest 32 bits count
 *
 * @example
 * ```ts
 * seededBytes(1)(2) // the same two bytes each time
 * ```
 */
export function seededBytes(seed: number): RandomSource {
  const key = new Uint8Array(32)
  const nonce = new Uint8Array(12)
  new DataView(key.buffer).setUint32(0, seed >>> 0)
  let block = 0
  return (count) => {
    const bytes = chacha20(key, nonce, new Uint8Array(count), undefined, block)
    block += Math.ceil(count / 64)
    return bytes
  }
}

/**
 * Bytes of a source, for nobody else: a copy.
 *
 * @throws ConfigError `RANDOM_SHORT` when it gives another number of them than it was asked for
 */
export function randomBytes(source: RandomSource, count: number): Uint8Array {
  const bytes = source(count)
  if (bytes.length === count) return Uint8Array.from(bytes)
  throw new ConfigError('RANDOM_SHORT', 'A source of random bytes does not give what it is asked for.', {
    field: 'random',
    expected: `${count} bytes`,
    received: `${bytes.length} bytes`,
    remedy: 'Give `(count) => crypto.getRandomValues(new Uint8Array(count))`.',
  })
}

/** Draws exact integers from random bytes; none is used twice. */
export class IntegerDraws {
  readonly #source: RandomSource
  #buffer: Uint8Array = new Uint8Array(0)
  #used = 0

  constructor(source: RandomSource) {
    this.#source = source
  }

  /** An integer from 0 to below a bound, each as likely: what is too large is drawn again. @param bound from 1 to 2^48 */
  below(bound: number): number {
    const bits = bitsOf(bound - 1)
    for (;;) {
      let value = 0
      for (let taken = 0; taken < bits; taken += 8) value = value * 256 + this.#byte()
      value %= 2 ** bits
      if (value < bound) return value
    }
  }

  /** True with a probability of over / under, exactly: a fraction from 0 to 1, compared digit by digit with a random one. */
  isWithin(over: bigint, under: bigint): boolean {
    for (let left = over; ; ) {
      left <<= 32n
      const digit = Number(left / under)
      left %= under
      const drawn = this.below(2 ** 32)
      if (drawn !== digit) return drawn < digit
    }
  }

  #byte(): number {
    if (this.#used === this.#buffer.length) {
      this.#buffer = randomBytes(this.#source, BUFFER)
      this.#used = 0
    }
    return this.#buffer[this.#used++] ?? 0
  }
}

/** Binary digits of a number below 2^48. */
function bitsOf(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32)
}
