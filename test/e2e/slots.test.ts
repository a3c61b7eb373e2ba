import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  isFinal,
  type MeshError,
  type MeshNetwork,
  type MeshNetworkInit,
  type SlotMarket,
  type SlotReceipt,
} from '../../agent/index.ts'
import { clearSlot } from '../../agent/market/clearing.ts'
import { packBook } from '../../agent/market/order-book.ts'
import { lotOf } from '../../agent/market/slot-times.ts'
import { clearingHouseAbi } from '../../protocol/abis/index.ts'
import { hashOrder } from '../../protocol/eip712.ts'
import { until } from '../agent/support/until.ts'
import * as arbitrary from '../protocol/support/arbitraries.ts'
import {
  DOLLAR,
  type EnergyChain,
  type EnergyMarket,
  read,
  startEnergyChain,
} from './support/energy-market.ts'

/** Side, price in minor units per kWh, Wh. */
const WISHES = [
  ['buy', 250_000n, 1_500n],
  ['buy', 200_000n, 700n],
  ['buy', 120_000n, 900n],
  ['sell', 90_000n, 1_100n],
  ['sell', 120_000n, 800n],
  ['sell', 210_000n, 600n],
] as const

describe('a slot without an operator', function () {
  this.timeout(60_000)
  let energy: EnergyChain
  let agents: MeshNetwork[]

  before(async () => {
    energy = await startEnergyChain()
    agents = await energy.join(6)
  })
  after(() => energy.stop())

  /** Has all agents take part in a market. @param relays which of them relay */
  async function enter({ id }: EnergyMarket, relays: readonly number[]): Promise<SlotMarket[]> {
    const markets: SlotMarket[] = []
    for (const [index, agent] of agents.entries()) {
      const entered = await agent.slots(id, {
        relay: relays.includes(index),
        meter: async ({ market, slot, account }) => {
          const { quantity = 0n } = entered.receipt(slot) ?? {}
          const [imported, exported] = quantity > 0n ? [quantity + 3n, 0n] : [0n, 5n - quantity]
          return read(energy.domain, { market, slot, account, imported, exported })
        },
      })
      markets.push(entered)
    }
    return markets
  }

  /** Has all agents order. @returns the slot, when all relays have heard all orders */
  async function order(markets: readonly SlotMarket[], relays: readonly number[]): Promise<bigint> {
    const [first] = markets as [SlotMarket]
    const slot = (await first.nextSlot()) + 2n
    await Promise.all(
      WISHES.map(([side, price, quantity], index) =>
        markets[index]?.order({ slot, side, steps: [{ price, quantity }] }),
      ),
    )
    await until(() => relays.every((index) => markets[index]?.heard(slot).length === WISHES.length))
    return slot
  }

  /** An agent that was not there before. */
  async function newcomer(init: Partial<MeshNetworkInit> = {}): Promise<MeshNetwork> {
    const [first] = agents as [MeshNetwork]
    const [agent] = await energy.join(1, () => ({ bootstrapPeers: first.endpoints, ...init }))
    return agent as MeshNetwork
  }

  const all = (markets: readonly SlotMarket[], slot: bigint, test: (receipt: SlotReceipt) => boolean) =>
    Promise.all(markets.map((market) => market.until(slot, test)))

  it('has orders signed by the digest that the contract takes, whatever they say', async () => {
    for (const order of fc.sample(arbitrary.marketOrder, { numRuns: 30, seed: 7 })) {
      const digest = await energy.chain.client.readContract({
        address: energy.house,
        abi: clearingHouseAbi,
        functionName: 'orderDigest',
        args: [order.market, order.slot, packBook([order])],
      })
      expect(hashOrder(energy.domain, order)).to.equal(digest)
    }
  })

  it('clears to what its orders come to, balances follow, and meters answer', async () => {
    // One pays the grid nothing, the others more and more.
    const market = await energy.create(
      agents.map(({ address }, index) => ({ address, tariff: BigInt(index) * 4_999n })),
    )
    const { feeAccount } = market.rules
    const feesBefore = await energy.balanceOf(feeAccount)
    const markets = await enter(market, [0])
    const slot = await order(markets, [0])
    const times = market.timesOf(slot)
    await energy.at(times.relayUntil)
    await all(markets, slot, ({ stage }) => stage === 'accepted')
    await energy.at(times.clearUntil)
    const receipts = await all(markets, slot, ({ stage }) => stage !== 'accepted')

    const book = await market.bookOf(slot)
    const balances = book.map(() => 10n * DOLLAR)
    const { price, fills, deltas, fees } = clearSlot(book, balances, market.rules)
    expect(await energy.balanceOf(feeAccount)).to.equal(feesBefore + fees)
    let paid = 0n
    for (const [place, { account, tariff }] of book.entries()) {
      const receipt = receipts.find((each) => each.account === account)
      const index = agents.findIndex(({ address }) => address === account)
      expect(tariff).to.equal(BigInt(index) * 4_999n)
      expect(await markets[index]?.tariff()).to.equal(tariff)
      expect(receipt).to.include({ price, quantity: fills[place], balance: deltas[place] })
      const volume = receipt?.quantity ?? 0n
      expect(receipt?.fee).to.equal((tariff * (volume < 0n ? -volume : volume)) / 1000n)
      paid += receipt?.fee ?? 0n
      expect(await energy.balanceOf(account)).to.equal(10n * DOLLAR + (deltas[place] ?? 0n))
    }
    // What rounding leaves goes the same way: less than one unit for the tariff and one for the price of each.
    expect(paid > 0n && fees - paid).to.be.within(0n, 2n * BigInt(WISHES.length))

    await energy.at(times.end)
    const traded = receipts.filter(({ quantity }) => quantity !== 0n)
    await until(() => markets[0]?.readings(slot).length === traded.length)
    const late = await (await newcomer()).slots(market.id)
    await until(() => late.readings(slot).length === traded.length)
    await energy.at(times.readUntil)
    const settled = await all(markets, slot, isFinal)
    for (const receipt of settled) {
      const { account, quantity, balance, deviation, reserve, fee } = receipt
      expect([receipt.stage, reserve]).to.deep.equal(['settled', 0n])
      expect(await energy.balanceOf(account)).to.equal(10n * DOLLAR + balance)
      if (quantity === 0n) continue
      expect(deviation).to.equal(quantity > 0n ? 3n : 5n)
      const excess = quantity > 0n ? 0n : (5n * market.rules.excessPrice) / 1000n
      expect(balance - (-(price * quantity) / 1000n + excess - fee)).to.be.within(-2n, 1n)
    }
  })

  it('lapses when nobody clears it before it ends, and has moved no money', async () => {
    const market = await energy.create(agents)
    const markets = await enter(market, [])
    const slot = await order(markets, [])
    const before = await Promise.all(agents.map(({ address }) => energy.balanceOf(address)))
    const times = market.timesOf(slot)
    await energy.at(times.ownFrom)
    await all(markets, slot, ({ stage }) => stage === 'accepted')
    await energy.at(times.end)
    const receipts = await all(markets, slot, isFinal)
    expect(receipts.map(({ stage }) => stage)).to.deep.equal(agents.map(() => 'lapsed'))
    expect(receipts.map(({ balance }) => balance)).to.deep.equal(agents.map(() => 0n))
    const after = await Promise.all(agents.map(({ address }) => energy.balanceOf(address)))
    expect(after).to.deep.equal(before)
  })

  it('pays for no order whose tariff was changed since, and says so to whose order it is', async () => {
    const market = await energy.create(agents)
    const errors: { code?: string }[] = []
    const home = await newcomer({ onError: (error) => errors.push(error as MeshError) })
    const tariff = 10_000n
    await energy.admit(market.id, [{ address: home.address, tariff }])
    const [first] = agents as [MeshNetwork]
    const relaying = await first.slots(market.id, { relay: true })
    const ordering = await home.slots(market.id)
    const { slot } = await ordering.order({
      slot: (await relaying.nextSlot()) + 2n,
      side: 'buy',
      steps: [{ price: 100_000n, quantity: 500n }],
    })
    const own = await relaying.order({ slot, side: 'sell', steps: [{ price: 90_000n, quantity: 400n }] })
    await until(() => relaying.heard(slot).length === 2)
    await energy.admit(market.id, [{ address: home.address, tariff: tariff + 1n }])
    const times = market.timesOf(slot)
    await energy.at(times.ownFrom)
    await relaying.until(slot, ({ stage }) => stage === 'accepted')
    await until(() => errors.some(({ code }) => code === 'TARIFF_WRONG'))
    await energy.at(times.gate)
    await ordering.until(slot, ({ stage }) => stage === 'missed')
    expect((await market.bookOf(slot)).map(({ account }) => account)).to.deep.equal([own.account])
    expect(await energy.sentBy(home.address)).to.equal(0)
    await home.disconnect()
  })

  it('has a relayer stop where its policy says, report it, and everybody submit its own', async () => {
    const market = await energy.create(agents)
    const errors: { code?: string }[] = []
    const relayer = await newcomer({
      policy: { maxRelayGasPerSlot: 1_000_000n },
      onError: (error) => errors.push(error as MeshError),
    })
    const relaying = await relayer.slots(market.id, { relay: true })
    const markets = await enter(market, [])
    const slot = await order(markets, [0])
    await until(() => relaying.heard(slot).length === WISHES.length)
    await energy.at(market.timesOf(slot).relayUntil)
    await until(() => errors.some(({ code }) => code === 'RELAY_LIMIT'))
    await energy.at(market.timesOf(slot).ownFrom)
    await all(markets, slot, ({ stage }) => stage === 'accepted')
    expect(await energy.sentBy(relayer.address)).to.equal(0)
    await relayer.disconnect()
  })

  it('has a relayer that comes late submit what was said before it was there', async () => {
    const market = await energy.create(agents)
    const markets = await enter(market, [])
    const slot = await order(markets, [0])
    const relayer = await newcomer()
    const relaying = await relayer.slots(market.id, { relay: true })
    await until(() => relaying.heard(slot).length === WISHES.length)
    expect(relaying.heard(slot)).to.have.deep.members(markets[0]?.heard(slot) ?? [])
    await energy.at(market.timesOf(slot).relayUntil)
    await all(markets, slot, ({ stage }) => stage === 'accepted')
    expect(await energy.sentBy(relayer.address)).to.equal(1)
    await relayer.disconnect()
  })

  it('has the next relayer step in for one that was killed', async () => {
    const market = await energy.create(agents)
    const relays = [4, 5]
    const markets = await enter(market, relays)
    const slot = await order(markets, relays)
    const times = market.timesOf(slot)
    const lot = (index: number) => lotOf(market.id, slot, agents[index]?.address ?? '0x', 'relay')
    const [first, next] = lot(4) < lot(5) ? [4, 5] : [5, 4]
    await (agents[first] as MeshNetwork).disconnect()
    const before = await energy.sentBy(agents[next]?.address ?? '0x')
    await energy.at(times.relayUntil)
    const alive = markets.filter((_, index) => index !== first)
    await all(alive, slot, ({ stage }) => stage === 'accepted')
    expect(await market.bookOf(slot)).to.have.lengthOf(WISHES.length)
    expect(await energy.sentBy(agents[next]?.address ?? '0x')).to.equal(before + 1)
  })

  it('goes on where it was when its relayer comes back, and pays for nothing twice', async () => {
    const directory = await mkdtemp(join(energy.base.directory, 'relayer-'))
    const bootstrapPeers = (agents[0] as MeshNetwork).endpoints
    const reconnect = async () => {
      const [relayer] = (await energy.join(1, () => ({ directory, bootstrapPeers }))) as [MeshNetwork]
      return relayer
    }
    const relayer = await reconnect()
    const [buyer] = agents as [MeshNetwork]
    const market = await energy.create([relayer, buyer])
    const relaying = await relayer.slots(market.id, { relay: true })
    const buying = await buyer.slots(market.id)
    const slot = (await relaying.nextSlot()) + 2n
    await relaying.order({ slot, side: 'sell', steps: [{ price: 100_000n, quantity: 500n }] })
    await buying.order({ slot, side: 'buy', steps: [{ price: 100_000n, quantity: 400n }] })
    await until(() => relaying.heard(slot).length === 2)
    const times = market.timesOf(slot)
    const sent = await energy.sentBy(relayer.address)
    await relayer.disconnect()
    const back = await reconnect()
    const remembering = await back.slots(market.id, { relay: true })
    await until(() => remembering.heard(slot).length === 2)
    await energy.at(times.relayUntil)
    await buying.until(slot, ({ stage }) => stage === 'accepted')
    await back.disconnect()

    await energy.at(times.clearUntil)
    const again = await (await reconnect()).slots(market.id, { relay: true })
    const receipt = await again.until(slot, ({ stage }) => stage === 'cleared')
    expect(receipt).to.include({ side: 'sell', quantity: -400n, price: 100_000n })
    const error = await again
      .order({ slot, side: 'buy', steps: [{ price: 1n, quantity: 1n }] })
      .catch((reason) => reason)
    expect(error).to.include({ code: 'ALREADY_ORDERED', field: 'order.slot' })

    await energy.at(times.ownScheduleFrom)
    const settled = await again.until(slot, isFinal)
    expect(settled).to.include({ stage: 'settled', balance: 40_000n })
    expect((await energy.sentBy(relayer.address)) - sent).to.equal(3)
  })
})
