/** What a peer did wrong, and what it costs. */
const PENALTIES = {
  /** Bytes that are no message at all. */
  malformed: 20,
  /** A well-formed message that was not signed by whom it names. */
  forged: 50,
  /** A signed message that may not be acted upon: expired, replayed, out of its bounds. */
  refused: 2,
  /** More than it may send. */
  flood: 10,
} as const
export type Misbehaviour = keyof typeof PENALTIES

/** At this score a peer is banned. */
const BAN_SCORE = 100
/** A ban ends by itself, in milliseconds. */
const BAN_TIME = 10 * 60_000
/** Time in which a score halves, in milliseconds. */
const HALF_LIFE = 5 * 60_000
/** Most peers that are remembered; the least recently guilty are forgotten first. */
const MAX_PEERS = 10_000

interface Entry {
  score: number
  at: number
  bannedUntil: number
}

/** This agent's own memory of who misbehaved. It decays, and a ban expires. */
export class PeerScores {
  readonly #entries = new Map<string, Entry>()
  readonly #clock: () => number

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** Records a misdeed. @returns true when it made the peer banned. */
  penalize(peer: string, misbehaviour: Misbehaviour): boolean {
    const now = this.#clock()
    const wasBanned = this.isBanned(peer)
    const score = this.scoreOf(peer) + PENALTIES[misbehaviour]
    const bannedUntil = score >= BAN_SCORE ? now + BAN_TIME : (this.#entries.get(peer)?.bannedUntil ?? 0)
    this.#entries.delete(peer)
    this.#entries.set(peer, { score, at: now, bannedUntil })
    if (this.#entries.size > MAX_PEERS) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return !wasBanned && score >= BAN_SCORE
  }

  /** Decayed sum of a peer's penalties, 0 when it did nothing wrong. */
  scoreOf(peer: string): number {
    const entry = this.#entries.get(peer)
    if (entry === undefined) return 0
    return entry.score * 0.5 ** ((this.#clock() - entry.at) / HALF_LIFE)
  }

  /** Whether a peer may not connect at present. */
  isBanned(peer: string): boolean {
    return (this.#entries.get(peer)?.bannedUntil ?? 0) > this.#clock()
  }
}
