import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ScaledClock } from './scaled-clock.ts'

/** How often it is looked whether the process keeps up, in milliseconds. */
const LOOK_INTERVAL = 1_000
/** Milliseconds between two looks of the event loop at its timers, and from how many on, in the mean, agents answer too late. */
const RESOLUTION = 20
const LATE = 60

/**
 * Has a clock stand still while this process does not keep up, by the delay of its event loop. Agents wait some seconds for one
 * another, by the machine's time: where many of them share a machine with others, it is the replay that has to wait.
 */
export class Pace implements Disposable {
  readonly #clock: ScaledClock
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  readonly #timer: NodeJS.Timeout
  #behind: PromiseWithResolvers<void> | undefined

  constructor(clock: ScaledClock) {
    this.#clock = clock
    this.#delay.enable()
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#delay.disable()
    this.#keepsUp()
  }

  #look(): void {
    const isLate = this.#delay.mean / 1e6 > LATE
    this.#delay.reset()
    if (!isLate) this.#keepsUp()
    else if (this.#behind === undefined) {
      this.#behind = Promise.withResolvers()
      void this.#clock.hold(this.#behind.promise)
    }
  }

  #keepsUp(): void {
    this.#behind?.resolve()
    this.#behind = undefined
  }
}
