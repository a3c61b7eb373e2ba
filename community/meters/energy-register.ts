/** Longest time between two samples that says how much energy went by in between, in seconds, where a meter tells power. */
const MAX_GAP = 300
/** Most Wh, or W, that a meter tells: sums stay exact. */
const MOST = 1e12

/** What a sum of fractions may lack of a Wh that it is. */
const TOLERANCE = 1e-6

/** What the numbers of a meter mean: a register that counts energy up, or the power at this moment. */
export type Quantity = 'Wh' | 'kWh' | 'W' | 'kW'

/** A sample that says nothing: of another quantity, or with a wrong sign. */
export class SampleError extends Error {}

/**
 * Turns the samples of one meter into the energy of slots, in whole Wh: what is cut off of one slot counts in the next, so
 * that slots add up to what the meter counted.
 *
 * Where it is a register, what it showed when a slot began and ended lies on the line between the samples around that;
 * where it is a power, that of a sample holds until the next one. A slot is known when no two samples around or in it are too far
 * apart: for a register, one slot; for power, five minutes at most. A register that shows less than before was
 * exchanged, or has begun anew, and the slot in which it did is not known.
 */
export class EnergyRegister {
  readonly #seconds: number
  readonly #isPower: boolean
  readonly #factor: number
  readonly #maxGap: number
  /** The sample before, and Wh up to it. */
  #last: { time: number; value: number; wh: number } | undefined
  /** What it showed when the slot began that is not over yet; undefined when that is not known. */
  #atStart: number | undefined

  /** @param seconds length of a slot; slots begin at full multiples of it */
  constructor(quantity: Quantity, seconds: number) {
    this.#seconds = seconds
    this.#isPower = quantity === 'W' || quantity === 'kW'
    this.#factor = quantity === 'kWh' || quantity === 'kW' ? 1000 : 1
    this.#maxGap = this.#isPower ? Math.min(MAX_GAP, seconds) : seconds
  }

  /**
   * Takes a sample in.
   *
   * @param time Unix seconds, fractions too; not before the one of the last sample
   * @returns the slots that it completes, by their start, with their energy; of one that is not known none
   * @throws SampleError when it is below zero, or too much to be true
   */
  add(time: number, sample: number): { start: number; wh: number }[] {
    const value = sample * this.#factor
    if (!(value >= 0 && value <= MOST)) throw new SampleError(`${sample}`)
    const last = this.#last
    if (last !== undefined && time < last.time) return []
    const isUnbroken =
      last !== undefined && time - last.time <= this.#maxGap && (this.#isPower || value >= last.value)
    if (!isUnbroken) {
      // A slot that begins with this very sample is known from its start.
      this.#last = { time, value, wh: this.#isPower ? 0 : value }
      this.#atStart = time % this.#seconds === 0 ? this.#last.wh : undefined
      return []
    }
    const wh = this.#isPower ? last.wh + (last.value * (time - last.time)) / 3600 : value
    const slots = []
    for (const boundary of this.#boundaries(last.time, time)) {
      const there = last.wh + ((wh - last.wh) * (boundary - last.time)) / (time - last.time)
      if (this.#atStart !== undefined) {
        slots.push({ start: boundary - this.#seconds, wh: whole(there) - whole(this.#atStart) })
      }
      this.#atStart = there
    }
    this.#last = { time, value, wh }
    return slots
  }

  /** The starts of slots in (from, to], of which there is at most one more than fits in between. */
  *#boundaries(from: number, to: number): Generator<number> {
    const first = (Math.floor(from / this.#seconds) + 1) * this.#seconds
    for (let boundary = first; boundary <= to; boundary += this.#seconds) yield boundary
  }
}

function whole(wh: number): number {
  return Math.floor(wh + TOLERANCE)
}
