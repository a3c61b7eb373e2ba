import type { PeerId } from '@libp2p/interface'
import { MeshError, messageOf } from '../../../protocol/errors.ts'
import { MAX_FAILURES, RETRY_DELAY } from './constants.ts'

/** Where a content may be: a peer, and multiaddrs without peer id where it listens. */
export interface Place {
  readonly peer: PeerId
  readonly endpoints: readonly string[]
}

/** Of these, nothing better is to be had from the same peer soon. */
const FINAL = ['CONTENT_MISSING', 'ANSWER_LATE', 'PEER_UNREACHABLE', 'PEER_MUTED', 'PROTOCOL_SUNSET']

/** A provider, as one download sees it. */
export class Source {
  readonly place: Place
  #failures = 0
  #restsUntil = 0
  #reason: unknown

  constructor(place: Place) {
    this.place = place
  }

  /** Whether it is not asked any more. */
  isGone = false

  /** Milliseconds for which it is left alone from now. */
  get rest(): number {
    return this.#restsUntil - performance.now()
  }

  /** Why it is not asked any more, in a line. */
  get reason(): string {
    return `${this.place.peer}: ${messageOf(this.#reason).split('\n')[0]}`
  }

  /** It has given what it was asked for. */
  gave(): void {
    this.#failures = 0
  }

  /** It has not. What was under way at the same time fails with it, and counts once. */
  missed(reason: unknown): void {
    this.#reason = reason
    if (reason instanceof MeshError && FINAL.includes(reason.code)) this.isGone = true
    if (this.rest > 0) return
    this.#failures += 1
    if (this.#failures >= MAX_FAILURES) this.isGone = true
    this.#restsUntil = performance.now() + RETRY_DELAY * 2 ** this.#failures
  }

  /** It has given something else. */
  lied(reason: Error): void {
    this.#reason = reason
    this.isGone = true
  }
}
