import { type MeshError, RefusedError, SignatureError } from '../../protocol/errors.ts'
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
  /**
   * A message of an agent that governance does not admit. Whoever passes it on may have asked the chain a minute ago; it
   * has to be eight a second for it to be muted.
   */
  unadmitted: 0.1,
  /** Its own message, for the same reason. It may repeat itself twice a second, as a home does, until it is told. */
  uninvited: 0.4,
  /** A signed message that may not be acted upon: expired, replayed, out of its bounds. */
  refused: 1,
  /** Likewise, where another than its maker brought it, which cannot know what this agent's own policy is. */
  carried: 0.1,
  /** More than it may send. */
  flood: 5,
} as const
export type Misbehaviour = keyof typeof WEIGHTS

/** What governance decides alone, or a market about its members and meters, and does not reach everybody at once. */
const UNADMITTED = [
  ...['AGENT_BANNED', 'STAKE_TOO_LOW', 'REPUTATION_TOO_LOW'],
  ...['NOT_MEMBER', 'TARIFF_WRONG', 'METER_WRONG'],
]

/** Whether a message was refused for what was decided about its agent on chain. */
export function isUnadmitted(error: MeshError): boolean {
  return error instanceof RefusedError && UNADMITTED.includes(error.code)
}

/** What a message was that could not be taken. */
export function misbehaviourOf(error: MeshError): Misbehaviour {
  if (error instanceof SignatureError) return 'forged'
  if (error.code === 'PEER_FLOODS') return 'flood'
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

  /** The share of what the network tolerates that is held against a peer now; with 1 it is muted. */
  guiltOf(peer: string): number {
    const score = this.scoreOf(peer)
    return score === 0 ? 0 : score / this.#rules().invalidTolerance
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
