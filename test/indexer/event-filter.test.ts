import { expect } from 'chai'
import { eventFilters, filterOf } from '../../indexer/api/event-filter.ts'
import { EVENT_KINDS, EVENT_TYPES, type EventType, kindOf } from '../../indexer/views/event-type.ts'
import { topicsOf } from '../../indexer/views/live-event.ts'

const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const BOB = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const HASH = `0x${'ab'.repeat(32)}`

function tells(filters: Record<string, string>, type: EventType, topics: string[] = []): boolean {
  return filterOf(eventFilters.parse(filters))({ type, topics })
}

describe('a filter of live events', () => {
  it('without any condition tells all of them', () => {
    for (const type of EVENT_TYPES) expect(tells({}, type), type).to.equal(true)
  })

  it('takes the name of every event, or of its kind', () => {
    for (const type of EVENT_TYPES) {
      expect(tells({ event: type }, type), type).to.equal(true)
      expect(tells({ event: kindOf(type) }, type), type).to.equal(true)
    }
    expect(tells({ event: 'agreement.settled' }, 'agreement.opened')).to.equal(false)
    expect(tells({ event: 'intent,offer' }, 'offer')).to.equal(true)
    expect(tells({ event: 'intent,offer' }, 'agreement.opened')).to.equal(false)
  })

  it('never keeps back that what was told no longer holds', () => {
    const filters = { event: 'offer', account: ALICE, domain: 'energy' }
    expect(tells(filters, 'reorg')).to.equal(true)
    expect(tells(filters, 'reset')).to.equal(true)
    expect(EVENT_TYPES.filter((type) => tells(filters, type))).to.deep.equal(['reorg', 'reset'])
  })

  it('wants one of the values of each condition, and all conditions', () => {
    const topics = [`account=${ALICE}`, `intent=${HASH}`, 'domain=energy']
    expect(tells({ account: `${BOB},${ALICE.toLowerCase()}` }, 'intent', topics)).to.equal(true)
    expect(tells({ account: BOB }, 'intent', topics)).to.equal(false)
    expect(tells({ account: ALICE, domain: 'ride' }, 'intent', topics)).to.equal(false)
    expect(tells({ account: ALICE, domain: 'ride,energy' }, 'intent', topics)).to.equal(true)
    expect(tells({ event: 'offer', account: ALICE }, 'intent', topics)).to.equal(false)
    expect(tells({ intent: HASH.toUpperCase().replace('X', 'x') }, 'intent', topics)).to.equal(true)
    // A value counts under its own condition alone.
    expect(tells({ market: HASH }, 'intent', topics)).to.equal(false)
  })

  it('refuses what nothing could ever match', () => {
    const refused = {
      event: ['', 'agreement.', 'agreements', 'intent,', 'intent,nothing', 'toString'],
      account: ['', '0x12', `${ALICE},`, Array(21).fill(ALICE).join(',')],
      agentId: ['-1', 'one', '1,two'],
      intent: ['0x', ALICE],
      market: [HASH.slice(2)],
      domain: ['Energy', 'energy.supply', 'energy,,ride', ''],
    }
    for (const [name, values] of Object.entries(refused)) {
      for (const value of values) {
        expect(eventFilters.safeParse({ [name]: value }).success, `${name}=${value}`).to.equal(false)
      }
    }
  })
})

describe('what a live event is about', () => {
  it('are all who have a part in it, each once', () => {
    const dispute = {
      ...{ plaintiff: ALICE, defendant: BOB, matcher: BOB, appellant: null, appealMatcher: null },
      jurors: [{ agentId: '7', depositor: ALICE }],
    }
    expect(topicsOf('dispute.opened', dispute as never)).to.have.members([
      ...[`account=${ALICE}`, `account=${BOB}`, 'agentId=7'],
    ])
  })

  it('is known of every kind of event of which somebody could ask for one', () => {
    const silent = ['batch', 'reorg', 'reset']
    const kinds = EVENT_KINDS.filter((kind) => !silent.includes(kind))
    expect(kinds).to.have.length(10)
    for (const kind of silent) expect(topicsOf(kind as 'reorg', {} as never)).to.deep.equal([])
  })
})
