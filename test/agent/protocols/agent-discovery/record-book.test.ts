import { expect } from 'chai'
import { checkRecord } from '../../../../agent/protocols/agent-discovery/check-record.ts'
import { DISTRUST, MAX_LISTINGS, MAX_RECORDS } from '../../../../agent/protocols/agent-discovery/constants.ts'
import type { ReceivedCapability } from '../../../../agent/protocols/agent-discovery/index.ts'
import { RecordBook } from '../../../../agent/protocols/agent-discovery/record-book.ts'
import { capabilityOf } from '../../../../protocol/capability.ts'
import { CLOCK_SKEW, MAX_ATTRIBUTE_VALUES, MAX_CAPABILITY_LIFE } from '../../../../protocol/limits.ts'
import type { Attribute, CapabilityRecord, Hex } from '../../../../protocol/types.ts'
import { alice, bob, NOW } from '../../support/intents.ts'

const QUERY = { capabilities: ['data.fx'], where: [] }

function record(changes: Partial<CapabilityRecord> = {}): CapabilityRecord {
  return {
    agent: alice.address,
    agentId: 0n,
    capabilities: [capabilityOf('data.fx')],
    area: '871f8d099ffffff',
    endpoints: ['/ip4/192.0.2.1/udp/4001/quic-v1'],
    issuedAt: NOW,
    expiry: NOW + 60n,
    ...changes,
  }
}

/** Nobody looks at the signature here. */
function received(changes: Partial<CapabilityRecord> = {}, hash = 1): ReceivedCapability {
  const value = record(changes)
  const digest: Hex = `0x${hash.toString(16).padStart(64, '0')}`
  return { value, hash: digest, signature: '0x', peerId: alice.peerId }
}

describe('RecordBook', () => {
  it('has the newest record of each agent', () => {
    const book = new RecordBook(bob.address, () => NOW)
    const [older, newer] = [received({ issuedAt: NOW - 1n }, 1), received({}, 2)]
    expect(book.add(older)).to.equal('new')
    expect(book.add(newer)).to.equal('new')
    expect(book.add(older)).to.equal('stale')
    expect(book.add(received({}, 3)), 'another of the same second').to.equal('stale')
    expect(book.get(alice.address)).to.equal(newer)
    expect(book.find(QUERY, 9, 0)).to.deep.equal([newer])
    expect(book.knows(older.value)).to.equal(true)
    expect(book.knows(record({ issuedAt: NOW + 1n }))).to.equal(false)
  })

  it('knows in which topics a record was heard: in each it is passed on once', () => {
    const book = new RecordBook(bob.address, () => NOW)
    const first = received()
    expect(book.add(first, 'data')).to.equal('new')
    expect(book.knows(first.value, 'data')).to.equal(true)
    expect(book.knows(first.value, 'ride')).to.equal(false)
    expect(book.add(received(), 'ride')).to.equal('again')
    expect(book.knows(first.value, 'ride')).to.equal(true)
    expect(book.add(received({}, 9), 'energy'), 'a second record of that second').to.equal('stale')
  })

  it('forgets what has expired', () => {
    let now = NOW
    const book = new RecordBook(bob.address, () => now)
    book.add(received())
    now = NOW + 60n
    expect(book.find(QUERY, 9, 0)).to.have.length(1)
    now += 1n
    expect(book.get(alice.address)).to.equal(undefined)
    expect(book.find(QUERY, 9, 0)).to.deep.equal([])
  })

  it('does not believe an agent that lied, for a day', () => {
    let now = NOW
    const book = new RecordBook(bob.address, () => now)
    const life = { expiry: NOW + BigInt(2 * DISTRUST) }
    book.add(received(life))
    book.distrust(alice.address)
    expect(book.find(QUERY, 9, 0)).to.deep.equal([])
    expect(book.add(received({ ...life, issuedAt: NOW + 1n }))).to.equal('stale')
    now += BigInt(DISTRUST) + 1n
    expect(book.add(received({ ...life, issuedAt: now }))).to.equal('new')
  })

  it('is bounded: the oldest makes room, and never the own one', () => {
    const book = new RecordBook(alice.address, () => NOW)
    book.add(received())
    for (let index = 0; index <= MAX_RECORDS; index++) {
      book.add(received({ agent: `0x${index.toString(16).padStart(40, '0')}` }))
    }
    expect(book.get(alice.address)).to.not.equal(undefined)
    expect(book.get(`0x${'0'.repeat(40)}`)).to.equal(undefined)
    expect(book.find(QUERY, 2 * MAX_RECORDS, 0)).to.have.length(MAX_RECORDS)
  })

  it('is bounded, also when each record says as much as it may', () => {
    const book = new RecordBook(bob.address, () => NOW)
    const count = 4_000
    for (let index = 0; index < count; index++) {
      const values = Array.from({ length: MAX_ATTRIBUTE_VALUES }, (_, value) => `${index} ${value}`)
      const attributes: Attribute[] = [{ name: 'words', type: 'set', values }]
      book.add(
        received({
          agent: `0x${index.toString(16).padStart(40, '0')}`,
          capabilities: [{ ...capabilityOf('data.fx'), attributes }],
        }),
      )
    }
    // Its name, version, model, and three cells besides the words.
    const each = MAX_ATTRIBUTE_VALUES + 6
    expect(book.find(QUERY, count, 0)).to.have.length(Math.floor(MAX_LISTINGS / each))
  })
})

describe('checkRecord', () => {
  const verdicts: Record<string, [changes: Partial<CapabilityRecord>, verdict: string]> = {
    'is as it should be': [{}, 'accept'],
    'says no area': [{ area: '' }, 'accept'],
    'is reached through a relay': [
      { endpoints: [`/ip4/192.0.2.1/tcp/4001/p2p/${bob.peerId}/p2p-circuit`] },
      'accept',
    ],
    'has expired': [{ expiry: NOW - 1n }, 'ignore'],
    'lives too long': [{ expiry: NOW + BigInt(MAX_CAPABILITY_LIFE + CLOCK_SKEW) + 1n }, 'ignore'],
    'is from the future': [{ issuedAt: NOW + BigInt(CLOCK_SKEW) + 1n }, 'ignore'],
    'claims nothing': [{ capabilities: [] }, 'reject'],
    'is in no cell': [{ area: '871f8d099fffff0' }, 'reject'],
    'covers what is no cell': [
      {
        capabilities: [
          {
            ...capabilityOf('ride.drive'),
            attributes: [{ name: 'zone', type: 'area', cells: ['8000000000000ff'] }],
          },
        ],
      },
      'reject',
    ],
    'is reached at what is no address': [{ endpoints: ['here'] }, 'reject'],
    'names another peer at its address': [
      { endpoints: [`/ip4/192.0.2.1/tcp/4001/p2p/${bob.peerId}`] },
      'reject',
    ],
  }
  for (const [what, [changes, verdict]] of Object.entries(verdicts)) {
    it(`${verdict}s a record that ${what}`, () => {
      expect(checkRecord(record(changes), NOW)).to.equal(verdict)
    })
  }
})
