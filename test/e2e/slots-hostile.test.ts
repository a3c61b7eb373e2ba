import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { parseEventLogs } from 'viem'
import * as house from '../../agent/chain/actions/clearing-house.ts'
import { isFinal, type MeshNetwork, type SlotMarket, type SlotReceipt } from '../../agent/index.ts'
import { clearSlot } from '../../agent/market/clearing.ts'
import { recompute } from '../../agent/market/slot-positions.ts'
import type { Identity } from '../../agent/network/identity.ts'
import { untilMeshed } from '../../agent/network/mesh-peers.ts'
import { marketTopic, ORDERS, protocolName, READINGS } from '../../agent/network/names.ts'
import { CATCH_UP } from '../../agent/protocols/catch-up.ts'
import { clearingHouseAbi } from '../../protocol/abis/index.ts'
import { hashOrder } from '../../protocol/eip712.ts'
import { SignatureError } from '../../protocol/errors.ts'
import type { Address, Hex, MarketOrder, Side, Signed, SlotOrder } from '../../protocol/types.ts'
import { encodeMarketOrder, encodeSlotReading } from '../../protocol/wire/bodies.ts'
import { encodeCatchUpHave } from '../../protocol/wire/catch-up.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { until } from '../agent/support/until.ts'
import {
  DOLLAR,
  type EnergyChain,
  type EnergyMarket,
  meterOf,
  read,
  sign,
  startEnergyChain,
} from './support/energy-market.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'

/** Two buyers and two sellers, all at one price, so that the margin is shared: the sequence of the book decides by a Wh. */
const WISHES: readonly [Side, bigint][] = [
  ['buy', 701n],
  ['buy', 502n],
  ['sell', 333n],
  ['sell', 334n],
]
const PRICE = 100_000n

/** `Rejection.InvalidSignature` and `Refusal.InvalidSignature` of `IClearingHouse`. */
const REJECTED_SIGNATURE = 6
const REFUSED_SIGNATURE = 3

describe('a relayer that keeps to no rule gains nothing', function () {
  this.timeout(60_000)
  let energy: EnergyChain
  let agents: MeshNetwork[]
  let keys: Identity[]
  let peer: HostilePeer

  before(async () => {
    energy = await startEnergyChain()
    agents = await energy.join(WISHES.length)
    keys = await Promise.all(agents.map((agent) => agent.load()))
    peer = await hostilePeer(energy.base.descriptor())
    const [first] = agents as [MeshNetwork]
    await peer.node.dial(first.endpoints.map((endpoint) => multiaddr(endpoint)))
  })
  after(async () => {
    await peer.stop()
    await energy.stop()
  })

  const enter = ({ id }: EnergyMarket) => Promise.all(agents.map((agent) => agent.slots(id)))
  const all = (markets: readonly SlotMarket[], slot: bigint, test: (receipt: SlotReceipt) => boolean) =>
    Promise.all(markets.map((market) => market.until(slot, test)))

  /** Has all agents order. @returns the slot, and what a relayer heard for it */
  async function order(markets: readonly SlotMarket[]): Promise<[bigint, Signed<MarketOrder>[]]> {
    const [first] = markets as [SlotMarket]
    const slot = (await first.nextSlot()) + 2n
    await Promise.all(
      WISHES.map(([side, quantity], index) =>
        markets[index]?.order({ slot, side, steps: [{ price: PRICE, quantity }] }),
      ),
    )
    await until(() => first.heard(slot).length === WISHES.length)
    return [slot, first.heard(slot)]
  }

  const orderOfSecond = ({ id }: EnergyMarket, slot: bigint): MarketOrder => ({
    ...{ market: id, slot, account: agents[1]?.address ?? '0x', side: 'sell', tariff: 0n },
    steps: [{ price: PRICE, quantity: 100n }],
  })

  /** What the hostile relayer sends, and what the clearing house logs. */
  const submit = async (market: Hex, slot: bigint, orders: readonly Signed<MarketOrder>[]) => {
    const { logs } = await energy.operator.send(house.submit(energy.house, market, slot, orders))
    return parseEventLogs({ abi: clearingHouseAbi, logs })
  }
  const refusal = async (sending: Promise<unknown>) => {
    const error = await sending.then(
      () => undefined,
      (reason: { received?: unknown }) => reason,
    )
    return String(error?.received)
  }
  const clearedBook = (book: readonly SlotOrder[], { rules }: EnergyMarket) =>
    clearSlot(
      book,
      book.map(() => 10n * DOLLAR),
      rules,
    )

  it('by withholding an order and reordering others: the one that it left out gets in, and a margin moves by a Wh', async () => {
    const market = await energy.create(agents)
    const markets = await enter(market)
    const [slot, heard] = await order(markets)
    const times = market.timesOf(slot)
    const victim = heard[2]?.value.account
    await submit(market.id, slot, heard.filter(({ value }) => value.account !== victim).toReversed())
    await energy.at(times.ownFrom)
    await all(markets, slot, ({ stage }) => stage === 'accepted')
    const book = await market.bookOf(slot)
    expect(book.map(({ account }) => account)).to.have.members(agents.map(({ address }) => address))
    expect(book.at(-1)?.account).to.equal(victim)

    await energy.at(times.ownClearUntil)
    const receipts = await all(markets, slot, ({ stage }) => stage !== 'accepted')
    const { price, quantity, fills } = clearedBook(book, market)
    const asHeard = heard.map(({ value }) => value)
    const honest = clearedBook(asHeard, market)
    expect([honest.price, honest.quantity]).to.deep.equal([price, quantity])
    for (const receipt of receipts) {
      const place = book.findIndex(({ account }) => account === receipt.account)
      expect(receipt).to.include({ price, quantity: fills[place] })
      const place2 = asHeard.findIndex(({ account }) => account === receipt.account)
      expect(receipt.quantity - (honest.fills[place2] ?? 0n)).to.be.within(-1n, 1n)
    }
  })

  it('by holding orders back until the gate is closed: by then they are all in', async () => {
    const market = await energy.create(agents)
    const markets = await enter(market)
    const [slot, heard] = await order(markets)
    const times = market.timesOf(slot)
    await energy.at(times.ownFrom)
    await all(markets, slot, ({ stage }) => stage === 'accepted')
    await energy.at(times.gate)
    expect(await refusal(submit(market.id, slot, heard))).to.match(/^GateClosed/)
    expect(await market.bookOf(slot)).to.have.lengthOf(WISHES.length)
  })

  it('by submitting orders again: nothing is counted twice', async () => {
    const market = await energy.create(agents)
    const markets = await enter(market)
    const [slot, heard] = await order(markets)
    await submit(market.id, slot, heard)
    const logs = await submit(market.id, slot, heard)
    expect(logs.map(({ eventName }) => eventName)).to.deep.equal(heard.map(() => 'OrderRejected'))
    expect(await market.bookOf(slot)).to.have.lengthOf(WISHES.length)
  })

  it('by forging or altering an order: nobody carries it, it costs the sender, and the contract leaves it out', async () => {
    const market = await energy.create(agents)
    const [first] = (await enter(market)) as [SlotMarket]
    const slot = (await first.nextSlot()) + 2n
    const signed = sign(energy.domain, orderOfSecond(market, slot), keys[1] as Identity)
    const { value: order } = signed
    const altered = { ...signed, value: { ...order, steps: [{ price: -PRICE, quantity: 100n }] } }
    const forged = sign(energy.domain, { ...order, account: agents[2]?.address ?? '0x' }, peer.identity)
    const elsewhen = { ...signed, value: { ...order, slot: slot + 1n } }
    const rejections = []
    for (const { value, signature } of [altered, forged, elsewhen]) {
      const logs = await submit(market.id, value.slot, [{ value, signature }])
      rejections.push(...logs.map(({ args }) => 'rejection' in args && args.rejection))
    }
    expect(rejections).to.deep.equal(Array(3).fill(REJECTED_SIGNATURE))

    const muted = new Promise<void>((resolve) => {
      peer.node.addEventListener('connection:close', () => resolve(), { once: true })
    })
    const topic = marketTopic(energy.base.descriptor().deployment, ORDERS, market.id)
    await publish(topic, [signed])
    await until(() => first.heard(slot).length === 1)
    await publish(topic, [altered, forged, elsewhen])
    await muted
    expect([slot, slot + 1n].flatMap((each) => first.heard(each))).to.deep.equal([signed])
  })

  it('by an order for another market, or of somebody who is no member', async () => {
    const market = await energy.create(agents)
    const other = await energy.create(agents.slice(0, 2))
    const [first] = (await enter(market)) as [SlotMarket]
    const slot = (await first.nextSlot()) + 2n
    const signed = sign(energy.domain, orderOfSecond(market, slot), keys[1] as Identity)
    const { value: order } = signed
    const [log] = await submit(other.id, slot, [{ ...signed, value: { ...order, market: other.id } }])
    expect(log?.args).to.include({ rejection: REJECTED_SIGNATURE })

    const [entered] = (await enter(other)) as [SlotMarket]
    const topic = marketTopic(energy.base.descriptor().deployment, ORDERS, other.id)
    const replayer = await hostilePeer(energy.base.descriptor())
    const stranger = sign(
      energy.domain,
      { ...order, market: other.id, account: replayer.identity.address },
      replayer.identity,
    )
    const genuine = sign(energy.domain, { ...order, market: other.id }, keys[1] as Identity)
    try {
      await replayer.node.dial((agents[0] as MeshNetwork).endpoints.map((endpoint) => multiaddr(endpoint)))
      await spread(replayer, topic, [signed, stranger, genuine].map(said))
      await until(() => entered.heard(slot).length === 1)
      expect(entered.heard(slot)).to.deep.equal([genuine])
    } finally {
      await replayer.stop()
    }
    const outsider = await (agents[3] as MeshNetwork).slots(other.id)
    const error = await outsider.order({ slot, side: 'buy', steps: order.steps }).catch((reason) => reason)
    expect(error).to.include({ code: 'NOT_MEMBER', field: 'order.account' })
  })

  it('nor does who has others pay the gas for orders that nothing covers: no relayer submits them', async () => {
    const poor = await hostilePeer(energy.base.descriptor())
    try {
      const market = await energy.create([...agents, poor.identity])
      const relayer = await (agents[0] as MeshNetwork).slots(market.id, { relay: true })
      const slot = (await relayer.nextSlot()) + 2n
      const steps = [{ price: PRICE, quantity: 1_000n }]
      const order: MarketOrder = {
        ...{ market: market.id, slot, account: poor.identity.address, side: 'buy', tariff: 0n, steps },
      }
      await poor.node.dial((agents[0] as MeshNetwork).endpoints.map((endpoint) => multiaddr(endpoint)))
      const topic = marketTopic(energy.base.descriptor().deployment, ORDERS, market.id)
      await spread(poor, topic, [said(sign(energy.domain, order, poor.identity))])
      await relayer.order({ slot, side: 'sell', steps })
      await until(() => relayer.heard(slot).length === 2)
      await energy.at(market.timesOf(slot).relayUntil)
      await relayer.until(slot, ({ stage }) => stage === 'accepted')
      const book = await market.bookOf(slot)
      expect(book.map(({ account }) => account)).to.deep.equal([agents[0]?.address])
    } finally {
      await poor.stop()
    }
  })

  it('by readings of another key, or too late; and a missing one counts as the schedule', async () => {
    const market = await energy.create(agents)
    const markets = await enter(market)
    const [slot, heard] = await order(markets)
    const times = market.timesOf(slot)
    await submit(market.id, slot, heard)
    await energy.at(times.ownClearUntil)
    const receipts = await all(markets, slot, ({ stage }) => stage === 'cleared')
    const seller = receipts.find(({ quantity }) => quantity < 0n) as SlotReceipt
    const claims = recompute(
      await market.bookOf(slot),
      heard.map(() => false),
      market.rules,
      (await house.slotOf(energy.chain.client, energy.house, market.id, slot)).commitment,
    ).claims
    const claim = claims.find(({ position }) => position.account === seller.account)
    if (claim === undefined) throw new Error('no claim')
    const value = { market: market.id, slot, account: seller.account, imported: 0n, exported: 9_999n }
    const forged = read(energy.domain, value, peer.identity)
    const genuine = read(energy.domain, { ...value, exported: -seller.quantity })
    const settle = (reading: typeof forged) =>
      energy.operator.send(house.settleReadings(energy.house, market.id, slot, [{ claim, reading }]))

    expect(await refusal(settle(genuine))).to.match(/^ReadingsClosed/)
    await energy.at(times.end)
    const { logs } = await settle(forged)
    const [refused] = parseEventLogs({ abi: clearingHouseAbi, logs })
    expect(refused?.args).to.include({ refusal: REFUSED_SIGNATURE })
    expect((await energy.chain.client.getBlock()).timestamp).to.be.below(times.scheduleFrom)

    await energy.at(times.scheduleFrom)
    expect(await refusal(settle(genuine))).to.match(/^ReadingsClosed/)
    await energy.at(times.ownScheduleFrom)
    const settled = await all(markets, slot, isFinal)
    const sold = settled.find(({ account }) => account === seller.account)
    expect(sold).to.include({ stage: 'settled', deviation: undefined, reserve: 0n })
    expect(sold?.balance).to.be.within(
      (PRICE * -seller.quantity) / 1000n - 1n,
      (PRICE * -seller.quantity) / 1000n,
    )
  })

  it('by readings that it makes up in gossip: they are not carried', async () => {
    const market = await energy.create(agents)
    const [first] = (await enter(market)) as [SlotMarket]
    const account = agents[1]?.address ?? '0x'
    const slot = (await first.nextSlot()) + 1n
    const times = market.timesOf(slot)
    await first.order({ slot, side: 'sell', steps: [{ price: PRICE, quantity: 100n }] })
    await energy.at(times.ownFrom)
    await first.until(slot, ({ stage }) => stage === 'accepted')
    await energy.at(times.ownClearUntil)
    await first.until(slot, ({ stage }) => stage === 'settled')
    await energy.at(times.end)
    const reading = { market: market.id, slot, account, imported: 0n, exported: 500n }
    const honest = await hostilePeer(energy.base.descriptor())
    try {
      const endpoints = (agents[0] as MeshNetwork).endpoints.map((endpoint) => multiaddr(endpoint))
      await honest.node.dial(endpoints)
      const topic = marketTopic(energy.base.descriptor().deployment, READINGS, market.id)
      const made = read(energy.domain, reading, honest.identity)
      const genuine = read(energy.domain, reading)
      await spread(honest, topic, [
        encodeSigned(encodeSlotReading(made.value, honest.identity.address), made.signature),
        encodeSigned(encodeSlotReading(genuine.value, meterOf(account).address), genuine.signature),
      ])
      await until(() => first.readings(slot).length === 1)
      expect(first.readings(slot)).to.deep.equal([genuine])
    } finally {
      await honest.stop()
    }
  })

  it('by telling a late joiner what nobody said: it is held against who tells it, and what is genuine stays', async () => {
    const market = await energy.create(agents)
    const reports: unknown[] = []
    const [newcomer] = await energy.join(1, () => ({ onError: (error) => reports.push(error) }))
    const late = await (newcomer as MeshNetwork).slots(market.id)
    const slot = (await late.nextSlot()) + 2n
    const [account, other] = agents.map(({ address }) => address) as [Address, Address]
    const steps = [{ price: PRICE, quantity: 100n }]
    const order: MarketOrder = { market: market.id, slot, account, side: 'sell', tariff: 0n, steps }
    const liar = await hostilePeer(energy.base.descriptor())
    const genuine = sign(energy.domain, order, keys[0] as Identity)
    const told = [genuine, sign(energy.domain, { ...order, account: other }, liar.identity)]
    try {
      const { deployment } = energy.base.descriptor()
      await liar.node.handle(protocolName(deployment, CATCH_UP), async (stream) => {
        const frames = lpStream(stream)
        await frames.read()
        await frames.write(encodeCatchUpHave(told.map(({ value }) => hashOrder(energy.domain, value))))
        await frames.read()
        for (const each of told) await frames.write(said(each))
      })
      liar.node.services.pubsub.subscribe(marketTopic(deployment, ORDERS, market.id))
      await liar.node.dial((newcomer as MeshNetwork).endpoints.map((endpoint) => multiaddr(endpoint)))
      await until(() => reports.some((error) => error instanceof SignatureError))
      expect(late.heard(slot)).to.deep.equal([genuine])
    } finally {
      await liar.stop()
    }
  })

  /** Says orders in a topic, whatever they are. */
  function publish(topic: string, orders: readonly Signed<MarketOrder>[]): Promise<void> {
    return spread(peer, topic, orders.map(said))
  }
})

function said({ value, signature }: Signed<MarketOrder>): Uint8Array {
  return encodeSigned(encodeMarketOrder(value), signature)
}

async function spread({ node }: HostilePeer, topic: string, messages: readonly Uint8Array[]): Promise<void> {
  const { pubsub } = node.services
  pubsub.subscribe(topic)
  await until(() => pubsub.getSubscribers(topic).length > 0)
  await untilMeshed(pubsub, topic)
  for (const message of messages) await pubsub.publish(topic, message)
}
