import { lpStream } from '@libp2p/utils'
import { expect } from 'chai'
import { latLngToCell } from 'h3-js'
import { protocolName } from '../../agent/network/names.ts'
import { PROTOCOL } from '../../agent/protocols/agent-discovery/constants.ts'
import type { FoundAgent } from '../../agent/protocols/agent-discovery/index.ts'
import { secp256k1 } from '../../protocol/secp256k1.ts'
import { decodeAgentQuery, encodeAgentCount, encodeFoundAgent } from '../../protocol/wire/agent-query.ts'
import { encodeCapabilityRecord } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { deployment } from './support/deployment.ts'
import { type Finder, finders, HOME } from './support/finder.ts'

const unix = (text: string) => BigInt(Date.parse(text) / 1000)
const namesOf = (found: FoundAgent[]) => found.map(({ record }) => record.value.agent).toSorted()
const addressesOf = (...finders: Finder[]) => finders.map(({ identity }) => identity.address).toSorted()
const protocol = protocolName(deployment, PROTOCOL)

const FX = {
  name: 'data.fx',
  attributes: [
    { name: 'pair', type: 'set', values: ['EUR/USD', 'GBP/USD'] },
    { name: 'resolution', type: 'set', values: ['minute', 'day'] },
    { name: 'period', type: 'span', from: unix('2020-01-01'), to: unix('2025-06-01') },
    { name: 'price', type: 'range', min: 15_000n, max: 15_000n },
  ],
} satisfies Parameters<Finder['publish']>[0][0]

describe('agent discovery', function () {
  this.timeout(60_000)
  const start = finders()
  const join = (...domains: string[]) => start({ domains })

  it('answers who has the data of a pair and a time by the minute, near and cheap', async () => {
    const [seller, buyer] = [await join('data'), await join('data')]
    await buyer.connect(seller)
    const record = await seller.publish([FX, 'image-generation'])
    await buyer.hears(record)
    const asked = `data.fx where pair = EUR/USD and period covers 2021-01..2024-12 and resolution = minute
      and price <= $0.02 within 50 km`
    const [found, ...others] = await buyer.agents.discover(asked)
    expect(others).to.deep.equal([])
    expect(found?.record.value).to.deep.equal(record.value)
    expect(found?.record.peerId.toString()).to.equal(seller.node.peerId.toString())
    expect(found).to.include({ distance: 0, standing: undefined, block: undefined })
    expect(await buyer.agents.discover(asked.replace('0.02', '0.01'))).to.deep.equal([])
    expect(await buyer.agents.discover(asked.replace('km', `km of ${latLngToCell(0, 0, 7)}`))).to.deep.equal(
      [],
    )
    const parts = { capabilities: ['image-generation', 'data.fx'] }
    expect(namesOf(await buyer.agents.discover(parts))).to.deep.equal(addressesOf(seller))
  })

  it('spreads a record among those who joined one of its domains, and to no others', async () => {
    const [maker, both] = [await join('data', 'ride'), await join('data', 'ride')]
    const [data, ride, energy] = [await join('data'), await join('ride'), await join('energy')]
    await maker.connect(both)
    // Whoever is in both groups has to pass it on in both.
    for (const other of [data, ride, energy]) await both.connect(other)
    const record = await maker.publish([FX, 'ride.drive'])
    await Promise.all([data, ride].map((other) => other.hears(record)))
    const heard: unknown[] = []
    energy.agents.subscribe((received) => void heard.push(received.value.agent))
    // It hears what comes after, so it would have heard that.
    const later = await data.publish(['energy.supply', 'data.fx'], { expiry: record.value.expiry })
    await both.hears(later)
    await both.publish(['energy.supply'])
    while (heard.length === 0) await new Promise((resolve) => energy.agents.subscribe(resolve))
    expect(heard).to.deep.equal([both.identity.address])
  })

  it('tells one that does nothing itself, as an index, also of those that said so before it came', async () => {
    const [first, second] = [await join('data'), await join('data')]
    await first.connect(second)
    const missed = [await first.publish([FX]), await second.publish(['data.weather'])]
    await second.hears(missed[0] as (typeof missed)[number])
    const index = await join('data')
    const heard = missed.map((record) => index.hears(record))
    await index.connect(second)
    await Promise.all(heard)
    expect(index.agents.recordOf(first.identity.address)?.value).to.deep.equal(missed[0]?.value)
  })

  it('finds an agent that is gone by a neighbour that heard of it, verified', async () => {
    const [maker, neighbour] = [await join('data'), await join('data')]
    await maker.connect(neighbour)
    const record = await maker.publish([FX])
    await neighbour.hears(record)
    await maker.stop()
    const [late, later] = [await join('data'), await join('data')]
    await late.connect(neighbour)
    const asked = { capabilities: ['data.fx'], limit: 1 }
    expect(namesOf(await late.agents.discover(asked))).to.deep.equal(addressesOf(maker))
    // And whoever found it tells it on: the work is done once.
    await neighbour.stop()
    await later.connect(late)
    expect(namesOf(await later.agents.discover(asked))).to.deep.equal(addressesOf(maker))
  })

  it('verifies an answer once: what it knows to the byte is verified no more, what differs is', async () => {
    const [maker, neighbour] = [await join('data'), await join('data')]
    // Said before they meet, it is caught up with, and does not come by gossip a second time.
    const record = await maker.publish([FX])
    await maker.connect(neighbour)
    await neighbour.hears(record)
    const { recover } = secp256k1
    let verified = 0
    const count: typeof recover = (...parts) => {
      verified += 1
      return recover(...parts)
    }
    Object.assign(secp256k1, { recover: count })
    try {
      expect(namesOf(await neighbour.agents.discover('data.fx'))).to.deep.equal(addressesOf(maker))
      expect(verified).to.equal(0)
      // The same record by another's hand.
      const forged = encodeSigned(encodeCapabilityRecord(record.value), neighbour.identity.sign(record.hash))
      await maker.node.unhandle(protocol)
      await maker.node.handle(protocol, async (stream) => {
        const frames = lpStream(stream)
        await frames.read()
        await frames.writeV([encodeAgentCount(1), encodeFoundAgent(forged, undefined)])
      })
      await neighbour.agents.discover('data.fx')
      expect(verified).to.equal(1)
      expect(neighbour.reports.map((error) => (error as { code: string }).code)).to.deep.equal([
        'SIGNER_WRONG',
      ])
    } finally {
      Object.assign(secp256k1, { recover })
    }
  })

  it('forgets what has expired', async () => {
    const [maker, neighbour, asker] = [await join('data'), await join('data'), await join()]
    await maker.connect(neighbour)
    const short = await maker.publish([FX], { expiry: BigInt(Math.floor(Date.now() / 1000)) + 1n })
    await neighbour.hears(short)
    await asker.connect(neighbour)
    while (BigInt(Math.floor(Date.now() / 1000)) <= short.value.expiry) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(await neighbour.agents.discover('data.fx')).to.deep.equal([])
    expect(await asker.agents.discover('data.fx')).to.deep.equal([])
  })

  it('asks those who listen to a domain that it did not join, of its neighbours', async () => {
    const [asker, stranger, member] = [await join('energy'), await join('energy'), await join('data')]
    await asker.connect(stranger)
    await asker.connect(member)
    await member.publish([FX])
    expect(namesOf(await asker.agents.discover({ capabilities: ['data.fx'], limit: 1 }))).to.deep.equal(
      addressesOf(member),
    )
  })

  it('goes on to other neighbours when the first few do not answer', async () => {
    // In another group, so that it hears nothing by gossip.
    const asker = await join('energy')
    const others = await Promise.all(Array.from({ length: 6 }, () => join('data')))
    for (const other of others) await asker.connect(other)
    const asked = new Set<Finder>()
    for (const other of others.slice(0, 5)) {
      await other.node.unhandle(protocol)
      await other.node.handle(protocol, (stream) => {
        asked.add(other)
        stream.abort(new Error('says nothing'))
      })
    }
    const last = others.slice(5)
    for (const other of last) await other.publish([FX])
    const found = await asker.agents.discover({ capabilities: ['data.fx'], limit: 1 })
    expect(namesOf(found)).to.deep.equal(addressesOf(...last))
    expect(asked.size).to.be.within(3, 5)
  })

  it('finds by the DHT whom none of its neighbours knows', async () => {
    const hub = await start({ dhtServer: true })
    const seller = await start({ domains: ['data'] })
    const asker = await start({})
    await seller.connect(hub)
    await asker.connect(hub)
    await seller.publish([FX], { endpoints: [] })
    const signal = AbortSignal.timeout(30_000)
    let found: FoundAgent[] = []
    // Nothing tells when providing, and the way to it, are there.
    while (found.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      found = await asker.agents.discover({ capabilities: ['data.fx'], limit: 1 }, signal)
    }
    expect(namesOf(found)).to.deep.equal(addressesOf(seller))
    expect(asker.node.getConnections(seller.node.peerId)).to.have.length.above(0)
  })

  it('needs the chain for reputation and stake, and a place for a distance', async () => {
    const [asker, nowhere] = [await join(), await start({ area: '' })]
    const failure = (query: Parameters<typeof asker.agents.discover>[0], finder = asker) =>
      finder.agents.discover(query).catch((error: unknown) => error)
    const parts = { capabilities: ['data.fx'] }
    expect(await failure({ ...parts, minReputation: 0.8 })).to.include({
      name: 'ConfigError',
      code: 'CHAIN_REQUIRED',
      field: 'query.minReputation',
    })
    expect(await failure('data.fx where stake >= 1')).to.include({
      code: 'CHAIN_REQUIRED',
      field: 'query.minStake',
    })
    expect(await failure('data.fx within 5 km', nowhere)).to.include({
      name: 'QueryError',
      code: 'QUERY_INVALID',
    })
    expect(await failure('data.fx within 5')).to.include({
      name: 'QueryError',
      code: 'QUERY_MALFORMED',
      position: 16,
    })
    expect(await failure({ ...parts, limit: 65 })).to.include({ code: 'QUERY_INVALID', field: 'query.limit' })
  })

  it('ends when it is told to, whatever a peer does not say', async () => {
    const [asker, silent] = [await join('data'), await join('data')]
    await silent.node.unhandle(protocol)
    const asked = Promise.withResolvers<void>()
    await silent.node.handle(protocol, () => asked.resolve())
    await asker.connect(silent)
    const reason = new Error('enough')
    const ending = new AbortController()
    asked.promise.then(() => ending.abort(reason))
    const error = await asker.agents
      .discover({ capabilities: ['data.fx'] }, ending.signal)
      .catch((caught: unknown) => caught)
    expect(error).to.equal(reason)
  })

  /** What a peer may answer that it should not, and what that costs it. */
  const lies: Record<
    string,
    [reply: (maker: Finder, liar: Finder) => Uint8Array[], code: string, score: number]
  > = {
    'a record that somebody changed': [
      (maker) => {
        const honest = maker.record(['data.fx'])
        const signature = maker.identity.sign(`0x${'11'.repeat(32)}`)
        return [
          encodeAgentCount(1),
          encodeFoundAgent(encodeSigned(encodeCapabilityRecord(honest), signature), undefined),
        ]
      },
      'SIGNER_WRONG',
      20,
    ],
    'more than was asked for': [() => [encodeAgentCount(17)], 'LIST_TOO_LONG', 5],
    'what is no message': [() => [Uint8Array.of(0xff, 0xff)], 'MESSAGE_MALFORMED', 5],
  }
  for (const [what, [reply, code, score]] of Object.entries(lies)) {
    it(`holds it against a peer that it answers with ${what}`, async () => {
      const [asker, liar, maker] = [await join('data'), await join('data'), await join()]
      await liar.node.unhandle(protocol)
      await liar.node.handle(protocol, async (stream) => {
        const frames = lpStream(stream)
        await frames.read()
        await frames.writeV(reply(maker, liar))
      })
      await asker.connect(liar)
      expect(await asker.agents.discover('data.fx')).to.deep.equal([])
      expect(asker.reports.map((error) => (error as { code: string }).code)).to.deep.equal([code])
      expect(asker.scores.scoreOf(liar.node.peerId.toString())).to.be.above(score)
    })
  }

  it('holds it against a peer that it answers with an agent that does not fulfil the query', async () => {
    const [asker, liar] = [await join('data'), await join('data')]
    const record = await liar.publish(['data.weather'])
    const signed = encodeSigned(encodeCapabilityRecord(record.value), record.signature)
    await liar.node.unhandle(protocol)
    const queries: string[] = []
    await liar.node.handle(protocol, async (stream) => {
      const frames = lpStream(stream)
      queries.push(decodeAgentQuery((await frames.read()).subarray()))
      await frames.writeV([encodeAgentCount(1), encodeFoundAgent(signed, undefined)])
    })
    await asker.connect(liar)
    expect(await asker.agents.discover(`data.fx within 5 km`)).to.deep.equal([])
    expect(queries).to.deep.equal([`data.fx within 5 km of ${HOME} limit 16`])
    // Who asked may also be told that nobody is known by this name, and somebody by a like one.
    const codes = asker.reports.map((error) => (error as { code: string }).code)
    expect(codes.filter((code) => code !== 'CAPABILITY_UNKNOWN')).to.deep.equal(['ANSWER_WRONG'])
  })

  it('holds it against a peer that it asks what cannot be read, and answers others on', async () => {
    const [maker, rude, asker] = [await join('data'), await join(), await join()]
    await rude.connect(maker)
    await asker.connect(maker)
    await maker.publish([FX])
    const stream = await rude.node.dialProtocol(maker.node.peerId, protocol)
    const frames = lpStream(stream)
    await frames.write(Uint8Array.of(0x0a, 0x02, 0x41, 0x42))
    await frames.read().catch(() => undefined)
    expect(maker.scores.scoreOf(rude.node.peerId.toString())).to.be.above(5)
    expect(namesOf(await asker.agents.discover('data.fx'))).to.deep.equal(addressesOf(maker))
  })

  it('makes a lie cost: who fails a canary task is not believed, and told of to nobody', async () => {
    const [liar, neighbour, asker] = [await join('data'), await join('data'), await join()]
    await liar.connect(neighbour)
    await asker.connect(neighbour)
    const record = await liar.publish([FX])
    await neighbour.hears(record)
    const { agents, lies: heard } = neighbour
    const gone = async () => {
      throw new Error('nobody answers')
    }
    expect(await agents.challenge(record, gone)).to.equal('unanswered')
    expect(await agents.challenge(record, async () => true)).to.equal('passed')
    expect(heard).to.deep.equal([])
    const asked = await agents.challenge(record, async ({ capabilities: [capability] }) => {
      // What the service answered, and what is known to be right.
      return capability?.name === 'another'
    })
    expect(asked).to.equal('failed')
    expect(heard.map((lie) => lie.record.hash)).to.deep.equal([record.hash])
    expect(await agents.discover('data.fx')).to.deep.equal([])
    expect(await asker.agents.discover('data.fx')).to.deep.equal([])
    const aborted = await agents
      .challenge(record, () => new Promise(() => undefined), AbortSignal.abort(new Error('enough')))
      .catch((error: unknown) => error)
    expect(aborted).to.include({ message: 'enough' })
  })
})
