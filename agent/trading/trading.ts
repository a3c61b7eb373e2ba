import type { Position } from '../market/position.ts'
import type { Deal } from '../policy/deal.ts'
import { STRATEGIES } from '../strategy/index.ts'
import { Buying } from './buying.ts'
import { Commitments } from './commitments.ts'
import type { TradingComponents } from './components.ts'
import { Selling } from './selling.ts'
import type { TradeOptions, TradeWish } from './wish.ts'

/** Seconds from the end of the delivery until what was not delivered can be refunded. */
const DURATION = 60n

/** A wish that is being traded, in parts with whoever has the best of it; see `MeshNetwork.fill`. */
export class Trading {
  /** How much of it is agreed, promised and free. */
  readonly position: Position
  readonly #ending = new AbortController()

  /** @param signal ends it, as `end` does */
  constructor(
    components: TradingComponents,
    wish: TradeWish,
    onAgreed: (deal: Deal) => unknown,
    { strategy = 'honest', duration = DURATION }: Omit<TradeOptions, 'signal'>,
    signal: AbortSignal,
  ) {
    const tactic = STRATEGIES[strategy]
    const commitments = new Commitments(components, wish, tactic, onAgreed)
    this.position = commitments.position
    if (signal.aborted) {
      this.end()
      return
    }
    const { signal: ending } = this.#ending
    signal.addEventListener('abort', () => this.end(), { signal: ending })
    ending.addEventListener('abort', commitments.start())
    const parts = { components, wish, tactic, commitments, signal: ending }
    const side = wish.side === 'buy' ? new Buying(parts) : new Selling(parts, duration)
    commitments.onFree = () => side.resume()
    side.start()
  }

  /** Trades no more; what was agreed goes on. */
  end(): void {
    this.#ending.abort()
  }

  get hasEnded(): boolean {
    return this.#ending.signal.aborted
  }
}
