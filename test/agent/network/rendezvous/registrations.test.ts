import { expect } from 'chai'
import { Registrations } from '../../../../agent/network/rendezvous/registrations.ts'

describe('Registrations', () => {
  const LIMITS = { perPeer: 2, perAddress: 3, total: 5 }
  const memory = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  let now: number
  let absent: string
  let registrations: Registrations

  beforeEach(() => {
    now = 5_000
    absent = ''
    registrations = new Registrations(LIMITS, {
      memory,
      clock: () => now,
      connected: () => new Set([...'abcdefghixyzABCDEFZ'].filter((peer) => !absent.includes(peer))),
    })
  })

  /** Peers have one letter, which is their record too. */
  const recordOf = (peer: string) => new TextEncoder().encode(peer)
  const add = (peer: string, { namespace = 'n', address = peer, ttl = 60, isStaked = false } = {}) =>
    registrations.add({ peer, address, namespace, ttl, isStaked, record: recordOf(peer) })
  const found = (question: Partial<Parameters<Registrations['find']>[0]> = {}) => {
    const answer = registrations.find({ limit: 10, ...question })
    if (answer === undefined) throw new Error('the cookie was refused')
    const { cookie } = answer
    return {
      peers: answer.registrations.map(({ record }) => new TextDecoder().decode(record)).join(''),
      cookie,
    }
  }

  it('are told by namespace, or all, with the seconds that are left', () => {
    add('a', { ttl: 60 })
    add('b', { namespace: 'other' })
    now += 1_500
    expect(registrations.find({ namespace: 'n', limit: 10 })?.registrations).to.deep.equal([
      { namespace: 'n', record: recordOf('a'), ttl: 59 },
    ])
    expect(found().peers).to.equal('ab')
    expect(found({ namespace: 'none' }).peers).to.equal('')
  })

  it('end with their time, or when they are taken back', () => {
    add('a', { ttl: 1 })
    add('b', { ttl: 2 })
    add('c')
    registrations.remove('c', 'n')
    registrations.remove('c', 'never registered')
    now += 1_000
    expect(found().peers).to.equal('b')
    expect(registrations.size).to.equal(1)
  })

  it('take the place of earlier ones, which frees nothing and costs nothing', () => {
    add('a', { ttl: 1 })
    add('a', { namespace: 'm' })
    expect(add('a', { ttl: 60 })).to.equal('OK')
    now += 2_000
    expect(found({ namespace: 'n' }).peers).to.equal('a')
    expect(registrations.size).to.equal(2)
  })

  it('are paged by cookies, that later tell only of who came or was renewed since', () => {
    for (const peer of ['a', 'b', 'c']) add(peer)
    const first = found({ limit: 2 })
    const second = found({ limit: 2, cookie: first.cookie })
    expect([first.peers, second.peers]).to.deep.equal(['ab', 'c'])
    const nothing = found({ cookie: second.cookie })
    expect(nothing.peers).to.equal('')
    add('d')
    add('a')
    expect(found({ cookie: nothing.cookie }).peers).to.equal('da')
  })

  it('have cookies of one size, that another memory and a shortened one do not take', () => {
    add('a')
    const { cookie } = found()
    for (let count = 0; count < 300; count++) add('a')
    expect(found().cookie).to.have.length(cookie.length)
    const other = new Registrations(LIMITS, {
      memory: Uint8Array.of(9, 2, 3, 4, 5, 6, 7, 8),
      connected: () => new Set(),
    })
    expect(other.find({ limit: 1, cookie })).to.equal(undefined)
    expect(registrations.find({ limit: 1, cookie: cookie.subarray(1) })).to.equal(undefined)
  })

  it('are so many of a peer and of an address', () => {
    expect([1, 2, 3].map((n) => add('a', { namespace: `${n}` }))).to.deep.equal([
      'OK',
      'OK',
      'E_NOT_AUTHORIZED',
    ])
    expect(['b', 'c', 'd', 'e'].map((peer) => add(peer, { address: 'x' }))).to.deep.equal([
      'OK',
      'OK',
      'OK',
      'E_NOT_AUTHORIZED',
    ])
    registrations.remove('b', 'n')
    expect(add('e', { address: 'x' })).to.equal('OK')
  })

  it('are so many in all; then the address with most of them makes room, and nobody for its like', () => {
    for (const peer of ['a', 'b', 'c']) add(peer, { address: 'x' })
    for (const peer of ['d', 'e']) add(peer)
    expect(add('f')).to.equal('OK')
    expect(found().peers).to.equal('bcdef')
    expect(add('g', { address: 'x' })).to.equal('E_UNAVAILABLE')
    expect(registrations.size).to.equal(5)
  })

  it('make room for those with stake, of whoever has none, however many addresses that one has', () => {
    for (const peer of ['a', 'b', 'c', 'd', 'e']) add(peer)
    expect(add('f'), 'one like the others').to.equal('E_UNAVAILABLE')
    for (const peer of ['A', 'B', 'C']) expect(add(peer, { isStaked: true })).to.equal('OK')
    expect(found().peers).to.equal('deABC')
    for (const peer of ['x', 'y']) expect(add(peer, { address: 'x', isStaked: true })).to.equal('OK')
    expect(found().peers).to.equal('ABCxy')
    expect(add('z'), 'without stake').to.equal('E_UNAVAILABLE')
    expect(add('Z', { address: 'x', isStaked: true }), 'no more than the others').to.equal('E_UNAVAILABLE')
    expect(found().peers).to.equal('ABCxy')
  })

  it('of those that have left make room, the oldest first, before anybody is refused', () => {
    for (const peer of ['b', 'c', 'd']) add(peer, { address: 'x' })
    absent = 'cd'
    expect(add('e', { address: 'x' })).to.equal('OK')
    expect(found().peers).to.equal('bde')
    for (const peer of ['f', 'g']) add(peer)
    expect(add('h'), 'from anywhere').to.equal('OK')
    expect(found().peers).to.equal('befgh')
    expect(add('i', { address: 'x' }), 'when all are here').to.equal('E_UNAVAILABLE')
  })

  it('of those that have left, and have stake, make no room for one without', () => {
    for (const peer of ['B', 'c', 'd']) add(peer, { address: 'x', isStaked: peer === 'B' })
    absent = 'B'
    expect(add('e', { address: 'x' })).to.equal('E_NOT_AUTHORIZED')
  })

  it('of the peer that has most of an address make room for another of that address', () => {
    for (const namespace of ['1', '2']) add('b', { address: 'x', namespace })
    add('c', { address: 'x' })
    expect(add('d', { address: 'x' })).to.equal('OK')
    expect(found().peers).to.equal('bcd')
    expect(add('e', { address: 'x' }), 'when all have one').to.equal('E_NOT_AUTHORIZED')
  })

  it('are of one without stake again when it has lost it', () => {
    for (const peer of ['A', 'b', 'c', 'd', 'e']) add(peer, { isStaked: peer === 'A' })
    add('A')
    for (const peer of ['B', 'C', 'D', 'E', 'F']) expect(add(peer, { isStaked: true })).to.equal('OK')
    expect(found().peers).to.equal('BCDEF')
  })
})
