import { type MeshError, SignatureError } from '../../protocol/errors.ts'
import type { SpamRules } from '../../protocol/network-parameters.ts'
import { filled, levelOf } from './leaky-bucket.ts'

/** As how many invalid messages a misdeed counts. */
const WEIGHTS = {
  /** Bytes that are no message at all. */
  malformed: 10,
  /** A well-formed message that was not signed by whom it names. */
  forged: 25,
  /** What was found to be false: of a service that was put to the test, or of what the chain says. */
  lied: 25,
  /** A signed message that may not be acted upon: expired, replayed, out of its bounds. */
  refused: 1,
  /** More than it may send. */
  flood: 5,
} as const
export type Misbehaviour = keyof typeof WEIGHTS

/** What a message was that could not be taken. */
export function misbehaviourOf(error: MeshError): Misbehaviour {
  if (error instanceof SignatureError) return 'forged'
  if (error.code === 'PEER_FLOODS') return 'flood'
  // Where it comes from, a change of the limit may not be known yet.
  if (error.code === 'MESSAGE_TOO_LARGE') return 'refused'
  return 'malformed'
}

/** Most peers that are remembered; the least recently guilty are forgotten first. */
const MAX_PEERS = 10_000

interface Entry {
  /** When its misdeeds are forgotten, in milliseconds. */
  emptyAt: number
  mutedUntil: number
}

/**
 * This agent's own memory of who misbehaved. By the network's rules, so many invalid messages within a minute mute a
 * peer for so long; a mute ends by itself.
 */
export class PeerScores {
  readonly #entries = new Map<string, Entry>()
  readonly #rules: () => Pick<SpamRules, 'invalidTolerance' | 'muteDuration'>
  readonly #clock: () => number

  /**
   * @param rules those in force
   * @param clock monotonic milliseconds
   */
  constructor(
    rules: () => Pick<SpamRules, 'invalidTolerance' | 'muteDuration'>,
    clock: () => number = () => performance.now(),
  ) {
    this.#rules = rules
    this.#clock = clock
  }

  /** Records a misdeed. @returns true when it made the peer muted. */
  penalize(peer: string, misbehaviour: Misbehaviour): boolean {
    const { invalidTolerance, muteDuration } = this.#rules()
    const now = this.#clock()
    const wasMuted = this.isMuted(peer)
    const emptyAt = filled(
      this.#entries.get(peer)?.emptyAt ?? now,
      WEIGHTS[misbehaviour],
      invalidTolerance,
      now,
    )
    const isTooMuch = levelOf(emptyAt, invalidTolerance, now) >= invalidTolerance
    this.#remember(peer, emptyAt, isTooMuch ? now + muteDuration * 1000 : 0)
    return !wasMuted && isTooMuch
  }

  /** Mutes a peer for at least so long, in milliseconds, whatever it sent. */
  mute(peer: string, duration: number): void {
    const now = this.#clock()
    this.#remember(peer, this.#entries.get(peer)?.emptyAt ?? now, now + duration)
  }

  /** How many invalid messages are held against a peer now. */
  scoreOf(peer: string): number {
    const emptyAt = this.#entries.get(peer)?.emptyAt
    return emptyAt === undefined ? 0 : levelOf(emptyAt, this.#rules().invalidTolerance, this.#clock())
  }

  /** Whether a peer may not connect at present. */
  isMuted(peer: string): boolean {
    return (this.#entries.get(peer)?.mutedUntil ?? 0) > this.#clock()
  }

  #remember(peer: string, emptyAt: number, mutedUntil: number): void {
    const earlier = this.#entries.get(peer)?.mutedUntil ?? 0
    this.#entries.delete(peer)
    this.#entries.set(peer, { emptyAt, mutedUntil: Math.max(earlier, mutedUntil) })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > MAX_PEERS && oldest !== undefined) this.#entries.delete(oldest)
  }
}
