import { EventEmitter } from 'eventemitter3'
import { RefusedError } from '../../../protocol/errors.ts'
import { MAX_TRIP_BATCH } from '../../../protocol/limits.ts'
import type { TripPlan } from '../../../protocol/trip.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { TripMessage } from '../../../protocol/wire/trips.ts'
import {
  dutyOf,
  noShowMetres,
  type Statement,
  stageOf,
  type TripRole,
  type TripStage,
} from '../../market/rides/trip/index.ts'
import { guarded } from '../../platform/guarded.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import type { Settlement } from '../negotiation/index.ts'
import { peerOf } from '../negotiation/party.ts'
import type { Channels } from './protocol.ts'
import { claimRefused } from './refusals.ts'
import { chainOf, TripBook, type TripBookComponents } from './trip-book.ts'

export interface LiveTripComponents extends TripBookComponents {
  channels: Channels
  deals: Deals
  settlement: Pick<Settlement, 'deliver' | 'cancel'>
  /** Unix seconds, by the chain or by this machine, whichever is later. */
  now: () => Promise<bigint>
  report: (error: unknown) => void
}

type Said = Extract<TripMessage, { type: 'said' }>
type Heard = Extract<TripMessage, { type: 'heard' }>

/** One trip as this side knows it: what was said, who has heard it, and what is to be done about it. */
export class LiveTrip {
  readonly book: TripBook
  readonly #components: LiveTripComponents
  readonly #first: Deal
  readonly #events = new EventEmitter<{ change: []; said: [] }>()
  /** What the other side has heard, as it told last: all is said again by a process that was started again. */
  #heard = { plan: false, reports: 0 }
  #isBack = false

  constructor(components: LiveTripComponents, deal: Deal) {
    this.#components = components
    this.#first = deal
    this.book = new TripBook(components, deal)
  }

  get id(): Hex {
    return this.#first.id
  }

  get role(): TripRole {
    return this.book.role
  }

  /** The other side. */
  get with(): Address {
    return this.#first.agreement[this.role === 'rider' ? 'seller' : 'buyer']
  }

  get deal(): Deal {
    return this.#components.deals.get(this.id) ?? this.#first
  }

  get stage(): TripStage {
    return stageOf(this.book.view(chainOf(this.deal)))
  }

  /** Calls `fn` when something was said or heard, and when the deal has changed. @returns a function that ends it */
  onChange(fn: () => unknown): () => void {
    const heard = guarded(fn, this.#components.report)
    return this.#on('change', () => heard(undefined))
  }

  /** Calls `fn` when this side has said something. @returns a function that ends it */
  onSaid(fn: () => void): () => void {
    return this.#on('said', fn)
  }

  /** Tells those who listen that the deal has changed. */
  changed(): void {
    this.#events.emit('change')
  }

  /** Has the other side told that this one is there again, if nothing else: it may tell it more seldom by now. */
  returned(): void {
    this.#isBack = true
  }

  /** Says something as this side. @throws RefusedError `TRIP_CLAIM_REFUSED`; ChainError when nobody knows the time */
  async say(statement: Omit<Statement, 'at'>): Promise<void> {
    if (hasEnded(this.deal)) throw claimRefused(statement.claim, undefined, 'TRIP_OVER')
    const at = await this.#components.now()
    await this.book.inTurn(() => this.book.say({ ...statement, at }))
    this.#events.emit('said')
    this.changed()
  }

  /** Says where the ride begins and ends, as its rider. @throws RefusedError `TRIP_PLAN_REFUSED` */
  async share(places: Pick<TripPlan, 'pickUp' | 'dropOff'>): Promise<void> {
    await this.book.inTurn(() => this.book.share(places))
    this.#events.emit('said')
    this.changed()
  }

  /**
   * Takes in what the other side says.
   *
   * @returns what to answer
   * @throws RefusedError, SignatureError as `TripBook.takePlan` and `TripBook.take`: what came before it is kept
   */
  async hear({ plan, reports }: Said): Promise<Heard> {
    const now = await this.#components.now()
    try {
      return await this.book.inTurn(async () => {
        if (plan !== undefined) await this.book.takePlan(plan)
        for (const report of reports) if (!(await this.book.take(report, now))) break
        const { log, other } = this.book
        return {
          type: 'heard',
          agreementId: this.id,
          plan: log.plan !== undefined,
          reports: BigInt(log[other].length),
        }
      })
    } finally {
      this.changed()
    }
  }

  /** Whether the other side has heard all. */
  get isHeard(): boolean {
    const { log, role } = this.book
    const isPlanHeard = role === 'driver' || log.plan === undefined || this.#heard.plan
    return !this.#isBack && isPlanHeard && this.#heard.reports >= log[role].length
  }

  /**
   * Tells the other side what it has not heard.
   *
   * @throws RefusedError `TRIP_NOT_HEARD` when it takes nothing of it, or as `Channels.to`; TimeoutError `ANSWER_LATE`; what
   *   `signal` was aborted with
   */
  async tell(signal: AbortSignal): Promise<void> {
    const { channels } = this.#components
    while (!this.isHeard) {
      const said = await this.book.inTurn(() => this.#unheard())
      const channel = await channels.to(peerOf(this.#first), this.#first.endpoints)
      const { message } = await channel.request(said, { signal })
      if (message.type !== 'heard' || message.agreementId !== this.id) throw notHeard(said, message)
      this.#isBack = false
      const before = this.#heard
      const most = this.book.log[this.role].length
      this.#heard = { plan: message.plan, reports: Math.min(Number(message.reports), most) }
      const isOn = this.#heard.reports > before.reports || (this.#heard.plan && !before.plan)
      if (!isOn && !this.isHeard) throw notHeard(said, message)
    }
  }

  /**
   * Does on chain what has to be done about it now.
   *
   * @throws as `Settlement.deliver` and `Settlement.cancel`
   */
  async act(signal: AbortSignal): Promise<void> {
    const { settlement, now: clock } = this.#components
    const now = await clock()
    const { view, evidence } = await this.book.inTurn(() => ({
      view: this.book.view(chainOf(this.deal)),
      evidence: this.book.evidence,
    }))
    const { deal } = this
    const { agreement, conditions } = deal
    const terms = { noShowMetres: noShowMetres(agreement), end: conditions.end }
    const duty = dutyOf(this.role, view, terms, now)
    if (duty?.type === 'cancel' && isOpen(deal)) await settlement.cancel(this.id, signal)
    if (duty?.type === 'deliver' && deal.state === 'opened') {
      await settlement.deliver(this.id, duty.metres, signal, evidence)
    }
  }

  #unheard(): Said {
    const { log, role } = this.book
    const { plan, reports } = this.#heard
    return {
      type: 'said',
      agreementId: this.id,
      plan: role === 'rider' && !plan ? log.plan : undefined,
      reports: log[role].slice(reports, reports + MAX_TRIP_BATCH),
    }
  }

  #on(event: 'change' | 'said', fn: () => void): () => void {
    this.#events.on(event, fn)
    return () => this.#events.off(event, fn)
  }
}

function notHeard(said: Said, message: TripMessage): RefusedError {
  const { type } = message
  const received =
    type === 'refusal'
      ? `${message.code} ${message.detail}`
      : type === 'heard'
        ? `${message.reports} reports`
        : type
  return new RefusedError('TRIP_NOT_HEARD', 'The other side of a trip does not take what it is told.', {
    field: 'heard.reports',
    expected: `up to report ${said.reports.at(-1)?.value.number ?? 0n}`,
    received,
    remedy: 'Nothing is to be done: it is told again, and what was said is kept as evidence.',
  })
}
