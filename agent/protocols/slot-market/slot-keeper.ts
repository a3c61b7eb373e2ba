import type { Address, Hex } from '../../../protocol/types.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { againAt, type Duty, dutiesOf } from '../../market/slot-duties.ts'
import { type SlotTimes, slotTimes } from '../../market/slot-times.ts'
import { abortable } from '../../network/abortable.ts'
import type { SlotRecords } from '../../policy/slot-records.ts'
import { MAX_BUSY, MAX_CLEARING, SWEEP_INTERVAL } from './constants.ts'
import type { SlotDeeds } from './slot-deeds.ts'

/** Seconds after which an end is believed on a chain that does not say what of it is final: an hour. */
const FINALITY = 3_600n
/** How much less often an end is looked at until then. */
const HELD_PAUSES = 4

export interface SlotKeeperComponents {
  market: Hex
  rules: MarketRules
  agent: Address
  relays: boolean
  deeds: Pick<SlotDeeds, 'do'>
  records: SlotRecords
  /** Reads the chain's clock, Unix seconds. */
  now: () => Promise<bigint>
  /** The slots of which something was heard. */
  heard: () => bigint[]
  /** Reads the numbers of the newest block, and of the newest that is not reorganised. */
  heads: () => Promise<{ latest: bigint; finalized: bigint | undefined }>
  /** Looks what has become of an own order. */
  follow: (slot: bigint, now: bigint) => Promise<Followed>
  /** Is told the time at each pass. */
  onTime: (now: bigint) => void
  signal: AbortSignal
  /** Hears of what failed and will be tried again. */
  report: (error: unknown) => void
}

/** What has become of an own order since it was looked at before. */
export interface Followed {
  /** Whether nothing more comes of it, unless the chain is reorganised. */
  isFinal: boolean
  isChanged: boolean
  /** Whether it is less far than it was. */
  hasGoneBack: boolean
}

/** What an agent remembers of a slot that something is due for. */
interface Kept {
  times: SlotTimes
  duties: Duty[]
  done: Set<string>
  /** When it was last looked what has become of the own order, Unix seconds, and from when it is again, monotonic milliseconds. */
  lookedAt: bigint
  lookAt: number
  /** The newest block when its own order was first seen to be at its end, and when that was, Unix seconds. */
  endedAt: { block: bigint; time: bigint } | undefined
}

/** Does what is due for the slots of one market, when it is due, and again where it failed or went unseen. */
export class SlotKeeper {
  readonly #components: SlotKeeperComponents
  readonly #slots = new Map<bigint, Kept>()
  readonly #busy = new Set<bigint>()
  #sweeper: ReturnType<typeof setInterval> | undefined
  #isSweeping = false

  constructor(components: SlotKeeperComponents) {
    this.#components = components
  }

  start(): void {
    const { records, market } = this.#components
    for (const slot of records.open(market)) this.#keep(slot)
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_INTERVAL)
    this.sweep()
  }

  stop(): void {
    clearInterval(this.#sweeper)
  }

  /** Looks after a slot for which there is an own order now. */
  keepOwn(slot: bigint): void {
    this.#slots.delete(slot)
    this.#keep(slot)
  }

  /** Takes up what is due. What fails is reported, and tried again. */
  async sweep(): Promise<void> {
    const { now: read, onTime, report } = this.#components
    if (this.#isSweeping) return
    this.#isSweeping = true
    try {
      const now = await read()
      onTime(now)
      for (const slot of this.#relayed(now)) this.#keep(slot)
      for (const [slot, kept] of this.#slots) {
        if (this.#busy.size >= MAX_BUSY) break
        if (!this.#busy.has(slot)) this.#run(slot, kept, now)
      }
    } catch (error) {
      report(error)
    } finally {
      this.#isSweeping = false
    }
  }

  /** The slots that a relayer looks after: those that it heard of, and those that are to be cleared. */
  #relayed(now: bigint): bigint[] {
    const { relays, rules, heard } = this.#components
    if (!relays) return []
    const first = now / rules.slotLength
    const last = (now + rules.gateLead) / rules.slotLength
    const count = last - first + 1n < MAX_CLEARING ? last - first + 1n : MAX_CLEARING
    const clearing = Array.from({ length: Number(count) }, (_, index) => first + BigInt(index))
    return [...heard(), ...clearing].filter((slot) => now < slotTimes(rules, slot).over)
  }

  #keep(slot: bigint): void {
    if (this.#slots.has(slot)) return
    const { market, rules, agent, relays, records } = this.#components
    const times = slotTimes(rules, slot)
    const ordered = records.orderOf(market, slot) !== undefined
    const duties = dutiesOf(market, slot, times, { agent, relays, ordered })
    this.#slots.set(slot, {
      times,
      duties,
      done: new Set(),
      lookedAt: 0n,
      lookAt: Number.NEGATIVE_INFINITY,
      endedAt: undefined,
    })
  }

  #run(slot: bigint, kept: Kept, now: bigint): void {
    const { signal, report } = this.#components
    const duty = this.#dueDuty(slot, kept, now)
    const isOwn = this.#isOwn(slot)
    const looks = isOwn && (performance.now() >= kept.lookAt || hasJustEnded(kept, now))
    if (duty === undefined && !looks && (isOwn || now < kept.times.over)) return
    this.#busy.add(slot)
    abortable(() => this.#advance(slot, kept, duty, now), signal)
      .catch((error: unknown) => {
        if (!signal.aborted) report(error)
      })
      .finally(() => this.#busy.delete(slot))
  }

  async #advance(slot: bigint, kept: Kept, duty: Duty | undefined, now: bigint): Promise<void> {
    if (duty !== undefined) await this.#perform(slot, kept, duty, now)
    const isFollowed = this.#isOwn(slot)
    kept.lookedAt = now
    // Often enough for whoever waits, seldom enough for whoever pays for each call.
    const pause = 1000 + (Number(this.#components.rules.slotLength) * 1000) / 60
    kept.lookAt = performance.now() + (kept.endedAt === undefined ? pause : HELD_PAUSES * pause)
    const isOver = isFollowed ? await this.#follow(slot, kept, now) : now >= kept.times.over
    if (!isOver) return
    const { records, market } = this.#components
    if (isFollowed || records.open(market).includes(slot)) await records.end(market, slot)
    if (this.#components.relays && now < kept.times.over) this.keepOwn(slot)
    else this.#slots.delete(slot)
  }

  /** @returns whether nothing more can come of the own order, since no reorganisation reaches as far */
  async #follow(slot: bigint, kept: Kept, now: bigint): Promise<boolean> {
    const { follow, heads } = this.#components
    const { isFinal, isChanged, hasGoneBack } = await follow(slot, now)
    // What was done for it is undone.
    if (hasGoneBack) kept.done.clear()
    if (!isFinal || isChanged) kept.endedAt = undefined
    if (!isFinal) return false
    const { latest, finalized } = await heads()
    kept.endedAt ??= { block: latest, time: now }
    const { block, time } = kept.endedAt
    return (finalized !== undefined && finalized >= block) || now >= time + FINALITY
  }

  async #perform(slot: bigint, kept: Kept, duty: Duty, now: bigint): Promise<void> {
    const { records, market, deeds, report } = this.#components
    const pay = () => records.takeUp(market, slot, duty.name, now)
    try {
      await deeds.do(duty.deed, slot, pay, now)
      kept.done.add(duty.name)
    } catch (error) {
      // Remembered without having paid, too: it is tried again, and not at once.
      await pay()
      report(error)
    }
  }

  #dueDuty(slot: bigint, { duties, done }: Kept, now: bigint): Duty | undefined {
    const { records, market } = this.#components
    return duties.find(({ name, from, until }) => {
      if (done.has(name) || now < from || now >= until) return false
      const at = records.takenUpAt(market, slot, name)
      return at === undefined || now >= againAt(at, until)
    })
  }

  #isOwn(slot: bigint): boolean {
    const { records, market } = this.#components
    return records.orderOf(market, slot) !== undefined
  }
}

/** A slot's end is when its meter can be asked. */
function hasJustEnded({ times, lookedAt }: Kept, now: bigint): boolean {
  return lookedAt < times.end && now >= times.end
}
