import { expect } from 'chai'
import { KnownRides } from '../../../agent/rides/known-rides.ts'
import { cellOf, centreOf, type PublicRide, rideDraft } from '../../../agent/rides/ride-intent.ts'
import { crowsWay } from '../../../agent/rides/way.ts'
import { alice, NOW, receivedIntent } from '../support/intents.ts'

const PICK_UP = cellOf([4.3902, 52.0462], 10)
const DROP_OFF = cellOf([4.4902, 52.0462], 10)
const [FROM, TO] = [centreOf(PICK_UP), centreOf(DROP_OFF)]
const PER_KILOMETRE = 600_000n
const FARE = 9_000_000n
const LATER = Number(NOW) + 600

describe('KnownRides', () => {
  const rides = (position = FROM) => new KnownRides({ position, costPerKilometre: PER_KILOMETRE }, crowsWay)

  /** A ride as its rider asks for it. */
  function wish(changes: Partial<PublicRide> = {}, agent = alice.address, nonce = 1n) {
    const ride = { pickup: PICK_UP, dropoff: DROP_OFF, seats: 1, earliest: NOW, wait: 600, detour: 0 }
    const draft = rideDraft({ ...ride, way: crowsWay(FROM, TO), ...changes }, FARE)
    return receivedIntent({ ...draft, agent, nonce, expiry: NOW + 86_400n })
  }

  const cost = (intent: ReturnType<typeof wish>) => {
    const known = rides()
    known.add(intent, LATER)
    return known.open(Number(NOW))[0]?.cost
  }

  it('reckon what a ride costs by their own way, where the rider says that it is shorter', () => {
    const honest = cost(wish())
    expect(honest).to.be.at.least((Number(PER_KILOMETRE) * crowsWay(FROM, TO).metres) / 1_000)
    expect(cost(wish({ way: { metres: 1, seconds: 1 } }))).to.equal(honest)
  })

  it('take no cell for a place that could be anywhere in a country', () => {
    expect(rides().add(wish({ pickup: cellOf([4.3902, 52.0462], 4) }), LATER)).to.equal(false)
  })

  it('take no ride that is longer than the driver goes, by its own way', () => {
    const kilometres = crowsWay(FROM, TO).metres / 1_000
    const within = (maxDistance: number) =>
      new KnownRides({ position: FROM, costPerKilometre: PER_KILOMETRE, maxDistance }, crowsWay)
    const short = wish({ way: { metres: 1, seconds: 1 } })
    expect(within(kilometres - 0.001).add(short, LATER)).to.equal(false)
    expect(within(kilometres).add(short, LATER)).to.equal(true)
  })

  it('open no ride that begins later than the driver waits', () => {
    const init = { position: FROM, costPerKilometre: PER_KILOMETRE, maxLead: 60 }
    const known = new KnownRides(init, crowsWay)
    known.add(wish({ earliest: NOW + 61n }), LATER)
    expect(known.open(Number(NOW))).to.deep.equal([])
    expect(known.open(Number(NOW) + 1)).to.have.length(1)
  })

  it('keep the ride that the driver bids for, however many others come', () => {
    const known = rides()
    const wished = wish()
    const { agent } = wished.value
    known.add(wished, LATER)
    const [held] = known.open(Number(NOW))
    for (let count = 1; count <= 300; count++) {
      known.add(wish({}, `0x${count.toString(16).padStart(40, '0')}`), LATER, held)
    }
    known.add(wish({}, agent, 2n), LATER, held)
    expect(known.open(Number(NOW))).to.have.length(256)
    const won = {
      type: 'standing',
      intent: wished.hash,
      revision: 1n,
      place: 'won',
      price: 1n,
      step: 1n,
    } as const
    expect(known.update(won, agent)).to.equal(held)
  })

  it('forget a ride when its auction has ended at the latest, whenever its intent expires', () => {
    const known = rides()
    known.add(wish({ wait: 80_000 }), LATER)
    expect(known.open(LATER)).to.have.length(1)
    expect(known.open(LATER + 1)).to.deep.equal([])
  })
})
