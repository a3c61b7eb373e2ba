import { expect } from 'chai'
import { matchedAfter, outcomeOf, requestsIn, vehiclesIn } from '../../../web/views/rides/trips.ts'

const READY = 1_735_689_600
const at = (seconds: number) => new Date((READY + seconds) * 1_000).toISOString()
const ride = (draft: object = {}) => ({
  ...{ id: '0x1', status: 'settled' as const, rider: '0xR', driver: '0xD', token: '0xT', fare: '1000000' },
  ...{
    paid: '1000000',
    driven: '1000',
    pickup: '8a1f8d0991a7fff',
    dropoff: '8a1f8d099407fff',
    metres: 1_000,
  },
  ...{ seconds: 191, seats: 1, earliest: String(READY), wait: 600, detour: 0, intentHash: '0x9' },
  ...{ openedAt: at(20), endedAt: at(80), block: 1, ...draft },
})

describe('rides in figures', () => {
  it('are how many are under way and were paid, the fare of a kilometre, and the time to find a driver', () => {
    const outcome = outcomeOf([
      ride(),
      ride({ driven: '3000', paid: '2000000', openedAt: at(30) }),
      ride({ status: 'open', driven: null, paid: null, openedAt: at(90) }),
      ride({ status: 'refunded', driven: null, paid: '0', openedAt: at(-3_600) }),
    ])
    expect(outcome).to.deep.equal({
      ...{ underWay: 1, ended: 2, metres: 4_000, paid: 3_000_000n, perKm: 750_000n, medianMatch: 30 },
    })
  })

  it('are none of nothing, instead of numbers that are none', () => {
    const none = { underWay: 0, ended: 0, metres: 0, paid: 0n, perKm: undefined, medianMatch: undefined }
    expect(outcomeOf([])).to.deep.equal(none)
    expect(outcomeOf([ride({ driven: '0', paid: '0', openedAt: null })])).to.deep.equal({ ...none, ended: 1 })
  })

  it('have a median between the two in the middle, and no time of what was booked ahead', () => {
    const times = [40, 10, 20, 90].map((seconds) => ride({ openedAt: at(seconds) }))
    expect(outcomeOf(times).medianMatch).to.equal(30)
    expect(matchedAfter(ride({ openedAt: at(-1) }))).to.equal(undefined)
  })
})

describe('requests and vehicles', () => {
  const intent = {
    ...{ hash: '0x8', agent: '0xR', side: 'buy' as const, capability: 'ride.drive' },
    ...{ area: '8a1f8d0991a7fff', quantity: '1026', price: '5000000' },
    attributes: [
      { name: 'dropoff', type: 'area' as const, cells: ['8a1f8d099407fff'] },
      { name: 'wait', type: 'range' as const, min: '0', max: '600' },
    ],
  }

  it('are read from intents, without what is no wish for a ride or has led to one', () => {
    const others = [
      { ...intent, hash: '0x9' },
      { ...intent, capability: 'energy.supply' },
      { ...intent, side: 'sell' as const },
    ]
    expect(requestsIn([intent, ...others], [ride()])).to.deep.equal([
      {
        ...{ hash: '0x8', rider: '0xR', pickup: '8a1f8d0991a7fff', dropoff: '8a1f8d099407fff' },
        ...{ metres: 1_026, fare: 5_000_000n, wait: 600 },
      },
    ])
    // The newest stands first: the auction before it is over, another rider's goes on, and what led to a ride asks no more.
    const before = { ...intent, hash: '0x7' as const }
    const other = { ...before, hash: '0x6' as const, agent: '0xS' as const }
    const hashesOf = (rides: { intentHash: string }[]) =>
      requestsIn([intent, other, before], rides as never).map(({ hash }) => hash)
    expect(hashesOf([])).to.deep.equal(['0x8', '0x6'])
    expect(hashesOf([{ intentHash: '0x8' }])).to.deep.equal(['0x6'])
    expect(hashesOf([{ intentHash: '0x7' }])).to.deep.equal(['0x8', '0x6'])
    const [bare] = requestsIn([{ ...intent, attributes: [] }], [])
    expect(bare).to.include({ dropoff: undefined, wait: undefined })
  })

  it('are drivers whose word still holds, with the ride that they are on', () => {
    const capability = {
      ...{ hash: '0xc', area: '871f8d099ffffff', endpoints: [], issuedAt: '0', signature: '0x' },
      ...{
        expiry: String(READY),
        capabilities: [{ name: 'ride.drive', model: '', version: '', attributes: [] }],
      },
    }
    const agents = [
      { owner: '0xO', wallet: '0xd', capability },
      { owner: '0xE', wallet: null, capability },
      { owner: '0xF', wallet: '0xF', capability: { ...capability, capabilities: [] } },
      { owner: '0xG', wallet: '0xG', capability: null },
    ]
    const open = ride({ status: 'open' })
    const vehicles = vehiclesIn(agents, [ride({ driver: '0xE' }), open], READY)
    expect(vehicles).to.deep.equal([
      { address: '0xd', area: '871f8d099ffffff', ride: open },
      { address: '0xE', area: '871f8d099ffffff', ride: undefined },
    ])
    expect(vehiclesIn(agents, [], READY + 1)).to.deep.equal([])
  })
})
