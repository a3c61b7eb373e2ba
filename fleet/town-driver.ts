import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AgreedRide,
  between,
  crowsWay,
  haversine,
  type LonLat,
  type TripEnds,
  type Way,
} from '../agent/index.ts'
import { DriverAgent, type DriverAgentInit } from './driver-agent.ts'

/** Metres a second, as the crow flies: a town is crossed while somebody looks on. */
const SPEED = 60
/** How often it says where it is, in milliseconds. */
const REPORT_INTERVAL = 3_000
/** How long it waits for a rider that does not get in, in milliseconds: after three minutes it may say so. */
const PATIENCE = 200_000

/** How far such drivers say that it is, and how soon they are there. */
const way: Way = (from, to) => ({
  metres: crowsWay(from, to).metres,
  seconds: Math.ceil(haversine(from, to) / SPEED),
})

/** A driver that drives whoever asks, straight ahead. */
export class TownDriver extends DriverAgent {
  constructor(init: Omit<DriverAgentInit, 'rides'>) {
    super({ ...init, rides: { way } })
  }

  protected override async serve(agreed: AgreedRide): Promise<void> {
    const { signal } = this
    await agreed.until('assigned', { signal })
    const { pickUp, dropOff } = agreed.plan as TripEnds
    await this.#driveTo(pickUp, (place) => agreed.onTheWay(place))
    await agreed.arrived(pickUp)
    if (!(await this.#isBoarded(agreed))) return agreed.noShow()
    await this.#driveTo(dropOff, (place) => agreed.pickedUp(place))
    await agreed.droppedOff(dropOff, agreed.deal.agreement.quantity)
  }

  /** Says now and then where it is. */
  async #driveTo(end: LonLat, report: (place: LonLat) => Promise<void>): Promise<void> {
    for (;;) {
      await report(this.position)
      const left = haversine(this.position, end) / SPEED
      const time = Math.min(left * 1000, REPORT_INTERVAL)
      await sleep(time, undefined, { signal: this.signal })
      const isThere = left * 1000 <= REPORT_INTERVAL
      this.moveTo(isThere ? end : between(this.position, end, time / 1000 / left))
      if (isThere) return
    }
  }

  /** Waits until the rider says that it is on board. @returns false when it does not, in time */
  async #isBoarded(agreed: AgreedRide): Promise<boolean> {
    const { promise: boarded, resolve } = Promise.withResolvers<true>()
    const look = () => agreed.log.rider.length > 0 && resolve(true)
    const end = agreed.onChange(look)
    look()
    const giveUp = new AbortController()
    const lateness = sleep(PATIENCE, false, { signal: AbortSignal.any([this.signal, giveUp.signal]) })
    lateness.catch(() => undefined)
    try {
      return await Promise.race([boarded, lateness])
    } finally {
      end()
      giveUp.abort()
    }
  }
}
