import { between, haversine, isOver, type LonLat, type Trip, type TripEnds } from '@mesh/sdk'

/** Places of a driver on its way straight ahead, one for each second, the last one at the end. @param speed metres a second */
export function placesOnTheWay(from: LonLat, to: LonLat, speed: number): LonLat[] {
  if (!(speed > 0)) throw new RangeError(`a speed above 0 m/s expected, ${speed} received`)
  const seconds = Math.ceil(haversine(from, to) / speed)
  return Array.from({ length: seconds }, (_, second) =>
    second + 1 === seconds ? to : between(from, to, (second + 1) / seconds),
  )
}

/** What the rider has to confirm now: a ride is paid for what both sides have said. */
export function claimDue({ driver, rider }: Trip['log']): 'pickedUp' | 'droppedOff' | undefined {
  const [said, own] = [driver.at(-1)?.value.claim, rider.at(-1)?.value.claim]
  if (own === undefined) return said === 'arrived' || said === 'pickedUp' ? 'pickedUp' : undefined
  return own === 'pickedUp' && said === 'droppedOff' ? 'droppedOff' : undefined
}

/** Goes through a trip as its rider that has no reason to complain: it is in and out of the car when the driver says so. */
export function confirm(trip: Trip): () => void {
  let isSaying = false
  const answer = async () => {
    const claim = claimDue(trip.log)
    if (claim === undefined || isSaying) return
    isSaying = true
    const { pickUp, dropOff } = trip.plan as TripEnds
    const metres = trip.log.driver.at(-1)?.value.metres ?? 0n
    await (claim === 'pickedUp' ? trip.pickedUp(pickUp) : trip.droppedOff(dropOff, metres))
    isSaying = false
    await answer()
  }
  const end = trip.onChange(answer)
  void answer()
  return end
}

/** Waits, as the driver, until the rider says that it is in the car. Rejects when the trip has ended instead. */
export function untilBoarded(trip: Trip, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => {
    if (trip.log.rider.some(({ value }) => value.claim === 'pickedUp')) resolve()
    else if (isOver(trip.stage)) reject(new Error(`the trip has ended: ${trip.stage}`))
  }
  const leave = () => reject(signal.reason)
  const end = trip.onChange(look)
  signal.addEventListener('abort', leave, { once: true })
  look()
  return promise.finally(() => {
    end()
    signal.removeEventListener('abort', leave)
  })
}
