/** The stake vault, as its interface describes it. */
import { ZERO } from './terms.ts'
import { errors, Tally, type Verdict } from './verdict.ts'

/** Nobody has its key. */
export const BURNED = '0x000000000000000000000000000000000000dEaD'
export const STAKE_WITHDRAWAL = 14n * 24n * 3600n

export interface Position {
  staked: bigint
  locked: bigint
  queued: bigint
  availableAt: bigint
}

/** Whose stake, behind which agent, for which module. */
export interface PositionKey {
  agentId: bigint
  depositor: string
  module: string
}

export class VaultModel {
  readonly claimable = new Tally()
  readonly #wallets: Tally
  readonly #positions = new Map<string, Position & PositionKey>()
  readonly #self: string
  readonly #unusable: readonly string[]
  toBurn = 0n

  /**
   * @param self the vault's address
   * @param wallets the tokens that every address holds
   */
  constructor(self: string, wallets: Tally) {
    this.#self = self
    this.#unusable = [ZERO, self]
    this.#wallets = wallets
  }

  position(key: PositionKey): Position {
    const name = `${key.agentId} ${key.depositor} ${key.module}`
    const position = this.#positions.get(name) ?? {
      ...key,
      staked: 0n,
      locked: 0n,
      queued: 0n,
      availableAt: 0n,
    }
    this.#positions.set(name, position)
    return position
  }

  /** Every position that anybody has asked for. */
  positions(): (Position & PositionKey)[] {
    return [...this.#positions.values()]
  }

  free(key: PositionKey): bigint {
    const { staked, locked, queued } = this.position(key)
    return staked > locked + queued ? staked - locked - queued : 0n
  }

  /** The depositor calls, has approved the vault for anything and has the tokens. */
  stake(key: PositionKey, ownerOfAgent: string | undefined, amount: bigint): Verdict {
    const verdict = errors({
      NotAgentOwner: ownerOfAgent !== key.depositor,
      ZeroAmount: amount === 0n,
      InvalidRecipient: this.#unusable.includes(key.module),
    })
    if (verdict.length > 0) return verdict
    this.#move(key.depositor, this.#self, amount)
    this.position(key).staked += amount
    return []
  }

  requestUnstake(key: PositionKey, amount: bigint, now: bigint): Verdict {
    const position = this.position(key)
    if (amount > position.staked) return ['NotStaked']
    position.queued = amount
    position.availableAt = amount === 0n ? 0n : now + STAKE_WITHDRAWAL
    return []
  }

  unstake(key: PositionKey, to: string, now: bigint): Verdict {
    const position = this.position(key)
    const unlocked = position.staked - position.locked
    const amount = position.queued < unlocked ? position.queued : unlocked
    const verdict = errors({
      InvalidRecipient: this.#unusable.includes(to),
      NothingToUnstake: amount === 0n,
      UnstakeNotReady: now < position.availableAt,
    })
    if (verdict.length > 0) return verdict
    position.staked -= amount
    this.#setQueued(position, position.queued - amount)
    this.#move(this.#self, to, amount)
    return []
  }

  claim(caller: string, to: string): Verdict {
    const amount = this.claimable.get(caller)
    const verdict = errors({
      InvalidRecipient: this.#unusable.includes(to),
      NothingToClaim: amount === 0n,
    })
    if (verdict.length > 0) return verdict
    this.claimable.set(caller, 0n)
    this.#move(this.#self, to, amount)
    return []
  }

  burn(): Verdict {
    if (this.toBurn === 0n) return ['ZeroAmount']
    this.#move(this.#self, BURNED, this.toBurn)
    this.toBurn = 0n
    return []
  }

  lock(key: PositionKey, amount: bigint): Verdict {
    if (amount > this.free(key)) return ['InsufficientStake']
    this.position(key).locked += amount
    return []
  }

  unlock(key: PositionKey, amount: bigint): Verdict {
    if (amount > this.position(key).locked) return ['NotLocked']
    this.position(key).locked -= amount
    return []
  }

  /** Half, and the odd unit, is burned; the rest is the harmed account's. */
  slash(key: PositionKey, amount: bigint, harmed: string): Verdict {
    const position = this.position(key)
    if (amount > position.locked) return ['NotLocked']
    position.locked -= amount
    position.staked -= amount
    if (position.queued > position.staked) this.#setQueued(position, position.staked)
    this.claimable.add(harmed, amount / 2n)
    this.toBurn += amount - amount / 2n
    return []
  }

  #move(from: string, to: string, amount: bigint): void {
    this.#wallets.add(from, -amount)
    this.#wallets.add(to, amount)
  }

  #setQueued(position: Position, amount: bigint): void {
    position.queued = amount
    if (amount === 0n) position.availableAt = 0n
  }
}
