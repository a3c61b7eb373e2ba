import { bytesToHex, zeroHash } from 'viem'
import { type Domain, hashScoreCommitment } from '../../../protocol/eip712.ts'
import { within } from '../../learning/rounds/index.ts'
import type { OwnScores } from '../../policy/learning-records.ts'
import { DRAWERS, LAST_CALL } from './constants.ts'
import { Results } from './results.ts'
import { isTurn, type Moment, type Role, type RoleComponents } from './role.ts'
import { originalsOf, type RoundState } from './round-state.ts'

/** Enlists; where it is drawn, says which updates there are, what they are worth, and what they make; and is paid. */
export class Evaluator implements Role {
  readonly #components: RoleComponents & { domain: Domain }
  readonly #results: Results
  /** What was attested last. */
  #attested: bigint | undefined
  #isUnpaid = false

  constructor(components: RoleComponents & { domain: Domain }) {
    this.#components = components
    this.#results = new Results(components)
  }

  async act(moment: Moment): Promise<void> {
    const { phase, view } = moment
    const lot = this.#lotIn(view)
    if (lot < 0) {
      if (phase === 'commit' || phase === 'reveal') await this.#components.onChain.onPanel('enlist')
      return
    }
    const seat = view.seats.findIndex((entry) => entry.lot === lot)
    if (phase === 'attest' && view.seats.length === 0) return this.#draw(moment, lot)
    if (seat < 0) return this.#leave(moment, lot)
    if (phase === 'attest') return this.#attest(moment, seat)
    if (phase === 'score') return this.#score(moment, seat)
    if (phase === 'close') return this.#reveal(moment, seat)
    if (phase === 'over') return this.#finish(moment, seat)
  }

  isDone({ phase, view }: Moment): boolean {
    if (view.isCancelled) return true
    const lot = this.#lotIn(view)
    // A node may be behind: who enlisted last of all is not seen to have done so at once, and may be drawn.
    if (lot < 0) return phase !== 'commit' && phase !== 'reveal' && phase !== 'attest'
    const seat = view.seats.find((entry) => entry.lot === lot)
    if (seat === undefined) return view.lots[lot]?.isReleased === true
    return seat.isClosed && (seat.isClaimed || this.#isUnpaid)
  }

  async #draw({ now, view }: Moment, lot: number): Promise<void> {
    const { task, onChain } = this.#components
    if (task.panel > 0 && originalsOf(view).length > 0 && isTurn(now, task.revealUntil + 1n, lot % DRAWERS)) {
      await onChain.onPanel('drawPanel')
    }
  }

  /** Not drawn: the stake is free once that is certain. */
  async #leave({ phase, view }: Moment, lot: number): Promise<void> {
    const { onChain } = this.#components
    const isOut = view.seats.length > 0 || phase === 'score' || phase === 'close' || phase === 'over'
    if (isOut && view.lots[lot]?.isReleased === false) await onChain.release('releaseLot', lot)
  }

  /** Says what it has, at once when that is all, and again when more has come. */
  async #attest({ now, view }: Moment, seat: number): Promise<void> {
    const { task, onChain, workshop } = this.#components
    const originals = originalsOf(view)
    const held = await workshop.collect(view, originals)
    const isAll = originals.every((index) => (held >> BigInt(index)) & 1n)
    const isSaid = held === this.#attested && view.seats[seat]?.hasAttested === true
    if (isSaid || !(isAll || now >= within(task, 'attest', LAST_CALL))) return
    await onChain.attest(seat, held)
    this.#attested = held
  }

  async #score(moment: Moment, seat: number): Promise<void> {
    const { id, agent, domain, onChain, record } = this.#components
    if (moment.view.seats[seat]?.hasCommitted === true) return this.#challenge(moment, seat)
    const sheet = record.scores ?? (await this.#evaluate(moment))
    if (sheet === undefined) return
    await onChain.commitScores(seat, hashScoreCommitment(domain, { task: id, evaluator: agent, ...sheet }))
  }

  /** Scores what counts, and remembers them before anybody hears of it. */
  async #evaluate(moment: Moment): Promise<OwnScores | undefined> {
    const { id, records } = this.#components
    const found = await this.#found(moment)
    if (found === undefined) return undefined
    const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
    const sheet = { ...found, salt }
    await records.addScores(id, sheet)
    return sheet
  }

  /**
   * Scores and the aggregate. At the last call no scores, or no aggregate, where they cannot be had: else a requester who keeps
   * the set that it opened to itself would have the stake of everybody who is silent.
   */
  async #found(moment: Moment): Promise<Omit<OwnScores, 'salt'> | undefined> {
    const { task, onChain, workshop, report, signal } = this.#components
    const isLast = moment.now >= within(task, 'score', LAST_CALL)
    const own = await this.#results.own(moment)
    if (own === undefined) return isLast ? { scores: [], resultRoot: zeroHash } : undefined
    try {
      return { scores: await workshop.scores(moment.view, await onChain.counted()), resultRoot: own.root }
    } catch (error) {
      signal.throwIfAborted()
      if (!isLast) throw error
      report(error)
      return { scores: [], resultRoot: own.root }
    }
  }

  async #reveal(moment: Moment, seat: number): Promise<void> {
    const { onChain, record } = this.#components
    const { hasCommitted = false, hasRevealed = false } = moment.view.seats[seat] ?? {}
    if (hasCommitted && !hasRevealed && record.scores !== undefined) {
      await onChain.revealScores(seat, record.scores)
    }
    await this.#challenge(moment, seat)
  }

  #challenge(moment: Moment, seat: number): Promise<void> {
    return this.#results.challenge(moment, moment.view.participants.length + seat)
  }

  async #finish(moment: Moment, seat: number): Promise<void> {
    const { onChain } = this.#components
    const { view } = moment
    await this.#results.settle(moment, view.participants.length + seat)
    if (view.settled === undefined) return
    const entry = view.seats[seat]
    if (entry?.isClosed === false) await onChain.release('closeSeat', seat)
    if (entry?.isClaimed === true || this.#isUnpaid) return
    if (await onChain.isPaid(seat)) await onChain.claimSeat(seat)
    else this.#isUnpaid = true
  }

  #lotIn(view: RoundState): number {
    return view.lots.findIndex(({ evaluator }) => evaluator === this.#components.agent)
  }
}
