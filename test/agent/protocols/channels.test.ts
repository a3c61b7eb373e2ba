import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { defaultDirectory, unknownStandings } from '../../../agent/chain/without-chain.ts'
import { protocolName } from '../../../agent/network/names.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import type { Deal } from '../../../agent/policy/deal.ts'
import { MAX_UNSENT_BYTES } from '../../../agent/protocols/channels/constants.ts'
import { Channel as ChannelOf, Channels } from '../../../agent/protocols/channels/index.ts'
import { PROTOCOL } from '../../../agent/protocols/negotiation/constants.ts'
import { type Channel, type Inbound, NEGOTIATION } from '../../../agent/protocols/negotiation/protocol.ts'
import { NetworkRules } from '../../../agent/protocols/network-rules.ts'
import type { NetworkParameters } from '../../../protocol/network-parameters.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { Faults } from '../../e2e/support/faults.ts'
import { parameters, rules } from '../../e2e/support/rules.ts'
import { failure } from '../../protocol/support/failure.ts'
import { sampleDeal } from '../support/deals.ts'
import { newNode } from '../support/nodes.ts'

const HASH = `0x${'11'.repeat(32)}` as const
const HINT = { type: 'opened', agreementId: HASH, transaction: HASH } as const

/** An agent's channels over a real node, with deals that a test gives it. */
async function peer(obeyed = rules, { protocol = NEGOTIATION, isBusy = false } = {}) {
  const scores = new PeerScores(() => parameters.spam)
  const node = await newNode({ scores })
  const live: Deal[] = []
  const faults = new Faults()
  const heard = Promise.withResolvers<{ channel: Channel; message: Inbound['message'] }>()
  const channels = new Channels(
    { node, scores, rules: obeyed, deployment, deals: { live: () => live }, report: faults.hear },
    protocol,
    async (channel: Channel, { message }: Inbound) => {
      heard.resolve({ channel, message })
      if (isBusy) await new Promise(() => {})
    },
  )
  await channels.start()
  await node.start()
  const endpoints = node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*$/, ''))
  return { node, channels, live, faults, heard: heard.promise, endpoints }
}

/** Rules of which a protocol's end can be decided. */
function changingRules() {
  let current: NetworkParameters = parameters
  const directory = {
    ...defaultDirectory([]),
    get parameters() {
      return current
    },
  }
  const escrow = deployment.contracts.intentEscrow
  return {
    rules: new NetworkRules({ directory, standings: unknownStandings, escrow, now: () => 1_750_000_000n }),
    end() {
      const version = { status: 'sunset', sunset: 1n, current: 2 } as const
      current = { ...parameters, protocols: { ...parameters.protocols, 'negotiation/1': version } }
    },
  }
}

describe('Channels', function () {
  this.timeout(20_000)
  const nodes: MeshNode[] = []

  async function pair() {
    const [from, to] = [changingRules(), changingRules()]
    const [asker, answerer] = await Promise.all([peer(from.rules), peer(to.rules)])
    nodes.push(asker.node, answerer.node)
    const end = () => {
      from.end()
      to.end()
    }
    const open = () => asker.channels.to(answerer.node.peerId, answerer.endpoints)
    return { asker, answerer, open, end }
  }

  afterEach(() => Promise.all(nodes.splice(0).map((node) => node.stop())))

  it('are not opened any more after the sunset of the protocol', async () => {
    const { answerer, asker, open, end } = await pair()
    end()
    expect(await open().catch(({ code }) => code)).to.equal('PROTOCOL_SUNSET')
    await answerer.channels.refresh()
    expect(answerer.node.getProtocols()).to.not.include(protocolName(deployment, PROTOCOL))
    expect(asker.faults.codes).to.deep.equal([])
  })

  it('are opened after it for deals that have not ended, until they have', async () => {
    const { asker, answerer, open, end } = await pair()
    asker.live.push(sampleDeal({ peer: answerer.node.peerId.toString() }))
    answerer.live.push(sampleDeal({ peer: asker.node.peerId.toString() }))
    end()
    await Promise.all([asker.channels.refresh(), answerer.channels.refresh()])
    const channel = await open()
    channel.send(HINT)
    expect((await answerer.heard).message).to.deep.equal(HINT)

    answerer.live.pop()
    await answerer.channels.refresh()
    expect(answerer.node.getProtocols()).to.not.include(protocolName(deployment, PROTOCOL))
  })

  it('are not taken after it from peers with which there is no deal', async () => {
    const { asker, answerer, open, end } = await pair()
    asker.live.push(sampleDeal({ peer: answerer.node.peerId.toString() }))
    answerer.live.push(sampleDeal({ peer: 'another' }))
    end()
    await open()
    await answerer.faults.until('PROTOCOL_SUNSET')
  })

  it('tell of no fault when this side ends them', async () => {
    const { asker, answerer, open } = await pair()
    const channel = await open()
    channel.send(HINT)
    await answerer.heard
    await asker.channels.stop()
    await asker.node.stop()
    expect(asker.faults.codes).to.deep.equal([])
  })

  it('tell of no fault when the other side ends them while nothing is under way', async () => {
    const { asker, answerer, open } = await pair()
    const channel = await open()
    channel.send(HINT)
    const { channel: other } = await answerer.heard
    other.abort(new Error('gone'))
    // Over QUIC the asker can still write; that nothing comes any more is what it notices.
    while ((await open()) === channel) await new Promise((resolve) => setImmediate(resolve))
    await asker.channels.stop()
    expect([...asker.faults.codes, ...answerer.faults.codes]).to.deep.equal([])
  })

  it('let nobody wait for an answer when the other side ends them', async () => {
    const { answerer, open } = await pair()
    const channel = await open()
    const asked = channel.request({ type: 'withdrawal', agreementId: HASH }).catch(({ code }) => code)
    const { channel: other } = await answerer.heard
    other.abort(new Error('gone'))
    expect(await asked).to.equal('CHANNEL_CLOSED')
  })

  it('take nothing more while they end, and are opened anew for what is to be said', async () => {
    const { answerer, open } = await pair()
    const channel = await open()
    channel.send(HINT)
    await answerer.heard
    const closing = channel.close()
    expect(failure(() => channel.send(HINT))).to.include({ name: 'RefusedError', code: 'CHANNEL_CLOSED' })
    expect(await open()).to.not.equal(channel)
    await closing
  })

  it('take no more for a peer that does not read', async () => {
    const { asker } = await pair()
    const reader = await newNode()
    nodes.push(reader)
    await reader.handle(protocolName(deployment, PROTOCOL), (stream) => stream.pause())
    await reader.start()
    await asker.node.dial(reader.getMultiaddrs().map((address) => multiaddr(address.toString())))
    const channel = await asker.channels.to(reader.peerId, [])
    const detail = 'x'.repeat(250)
    const write = () =>
      failure(() => channel.send({ type: 'decline', subject: HASH, reason: 'price', detail }))
    let written = 0
    let error = write()
    // What the two sides' transports hold comes on top.
    for (; error === undefined && written < 32 * MAX_UNSENT_BYTES; written += detail.length) error = write()
    expect(error).to.include({ code: 'CHANNEL_BUSY', field: 'stream' })
    expect(channel.isOpen, 'what is under way is not lost for it').to.equal(true)
  })

  it('take no more of a peer at a time than their protocol says, which costs it the stream', async () => {
    const [asker, answerer] = await Promise.all([
      peer(),
      peer(rules, { protocol: { ...NEGOTIATION, maxInbound: 2 }, isBusy: true }),
    ])
    nodes.push(asker.node, answerer.node)
    const channel = await asker.channels.to(answerer.node.peerId, answerer.endpoints)
    for (let count = 0; count < 3; count++) channel.send(HINT)
    await answerer.faults.until('PEER_FLOODS')
    expect(answerer.faults.seen.at(-1)).to.include({ expected: 'at most 2 at a time' })
  })
})

describe('Channel.drained', () => {
  function slowChannel() {
    const stream = Object.assign(new EventTarget(), {
      status: 'open',
      writeStatus: 'writable',
      writableNeedsDrain: true,
    })
    const nothing = () => undefined
    const heard = async () => undefined
    const channel: Channel = new ChannelOf(
      'peer' as never,
      stream as never,
      NEGOTIATION,
      heard,
      nothing,
      nothing,
    )
    return { stream, channel }
  }

  it('waits for the peer each time that there is something to wait for', async () => {
    const { stream, channel } = slowChannel()
    for (let time = 0; time < 3; time++) {
      let isOver = false
      const waiting = channel.drained(5_000).then(() => {
        isOver = true
      })
      await new Promise((resolve) => setImmediate(resolve))
      expect(isOver).to.equal(false)
      stream.dispatchEvent(new Event('drain'))
      await waiting
    }
    stream.writableNeedsDrain = false
    await channel.drained(0)
  })

  it('ends when the peer does not read, or is gone', async () => {
    const { stream, channel } = slowChannel()
    expect(await channel.drained(1).catch(({ code }) => code)).to.equal('PEER_SLOW')
    const waiting = channel.drained(5_000).catch(({ code }) => code)
    stream.status = 'closed'
    stream.dispatchEvent(new Event('close'))
    expect(await waiting).to.equal('CHANNEL_CLOSED')
    expect(await channel.drained(5_000).catch(({ code }) => code)).to.equal('CHANNEL_CLOSED')
  })
})
