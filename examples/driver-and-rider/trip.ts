import { between, haversine, type LonLat, type Trip, type TripEnds } from '@mesh/sdk'

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
