import { expect } from 'chai'
import { type PublicClient, zeroAddress } from 'viem'
import type { HDAccount } from 'viem/accounts'
import * as house from '../../agent/chain/actions/clearing-house.ts'
import { ledgerAbi } from '../../protocol/abis/index.ts'
import { EnergyMarket } from './support/energy.ts'
import { account } from './support/market.ts'
import { onServedMarket } from './support/on-served-market.ts'

const step = (price: bigint, quantity: bigint) => ({ price, quantity })

onServedMarket('energy markets in the index', function (served) {
  this.timeout(120_000)
  let energy: EnergyMarket
  let operator: HDAccount
  let slot: bigint
  /** Is a member without money. */
  const poor = account(5)

  before(async () => {
    operator = await served.market.join(3)
    energy = await EnergyMarket.create(served.market, operator, 1_000n)
    await energy.admit([served.buyer, served.seller, operator, poor])
    slot = (await energy.nextSlot()) + 1n
  })

  const slotPath = () => `/v1/energy/slots/${energy.id}/${slot}`

  it('shows the rules of a market, and who may order', async () => {
    const [market, ...others] = (await served.read('/v1/energy/markets')).data
    expect(others).to.deep.equal([])
    const { slotLength, minPrice, feeAccount } = energy.rules
    expect(market).to.include({
      market: energy.id,
      admin: operator.address,
      feeAccount,
      slotLength: Number(slotLength),
      minPrice: String(minPrice),
      members: 4,
      traded: '0',
      averagePrice: null,
    })
    await energy.dismiss([poor])
    expect((await served.read('/v1/energy/markets')).data[0].members).to.equal(3)
    const members = (await served.read(`/v1/energy/members?market=${energy.id}`)).data
    expect(members).to.have.lengthOf(4)
    await expectMembers(members)
    await energy.admit([poor])
    await expectMembers((await served.read(`/v1/energy/members?account=${poor.address}`)).data)
  })

  it('shows the book of a slot before it is cleared', async () => {
    const { buyer, seller } = served
    await energy.submit(slot, [
      { member: buyer, side: 'buy', steps: [step(250_000n, 500n), step(200_000n, 300n)] },
      { member: seller, side: 'sell', steps: [step(100_000n, 600n)] },
    ])
    await energy.submit(slot, [
      { member: poor, side: 'buy', steps: [step(260_000n, 400n)] },
      { member: operator, side: 'sell', steps: [step(150_000n, 400n)] },
    ])
    const { data } = await served.read(slotPath())
    expect(data).to.include({ status: 'open', orders: 4, demand: '1200', supply: '1000', price: null })
    expect(BigInt(data.gate)).to.equal(energy.timesOf(slot).gate)
    const orders = (await served.read(`${slotPath()}/orders`)).data
    expect(orders.map(({ place }: { place: number }) => place)).to.deep.equal([3, 2, 1, 0])
    expect(orders[3]).to.include({ account: buyer.address, side: 'buy', tariff: '1000', filled: null })
    expect(orders[3].steps).to.deep.equal([
      { price: '250000', quantity: '500' },
      { price: '200000', quantity: '300' },
    ])
    expect((await served.read('/v1/energy/slots?status=open')).data).to.have.lengthOf(1)
    expect((await served.read('/v1/energy/slots?status=cleared')).data).to.deep.equal([])
  })

  it('shows what it was cleared to, for each order, and that the poor could not pay', async () => {
    await energy.at(energy.timesOf(slot).gate)
    expect((await served.read(slotPath())).data.status).to.equal('closed')
    await energy.clear(slot)
    const { data } = await served.read(slotPath())
    expect(data).to.include({ status: 'cleared', voided: 1, traded: '800', missing: '0' })
    const orders = (await served.read(`${slotPath()}/orders`)).data
    expect(orders.map(({ filled }: { filled: string }) => filled)).to.deep.equal(['200', '0', '600', '800'])
    expect(orders[1]).to.include({ account: poor.address, voided: true, amount: '0' })
    // 0.8 kWh at price and tariff.
    const paid = (BigInt(data.price) + 1_000n) * 800n
    expect(orders[3].amount).to.equal(String(-(paid / 1000n)))
    expect(data.volume).to.equal(String(paid / 1000n))
    expect(data.reserved).to.equal(String((800n * 300_000n) / 1000n))
    await expectLikeTheChain()
  })

  it('shows how positions ended: by a meter, short and beyond, and by schedule', async () => {
    const { seller } = served
    await energy.read(slot, new Map([[seller.address, { imported: 0n, exported: 550n }]]))
    await energy.read(slot, new Map([[operator.address, { imported: 0n, exported: 900n }]]))
    const orders = (await served.read(`${slotPath()}/orders`)).data
    expect(orders.map(({ deviation }: { deviation: string }) => deviation)).to.deep.equal([
      '700',
      null,
      '-50',
      null,
    ])
    expect((await served.read(slotPath())).data).to.include({ missing: '50', excess: '700', reserved: '0' })
    await expectLikeTheChain()
    await energy.settleBySchedule(slot)
    const [, , , bought] = (await served.read(`${slotPath()}/orders`)).data
    expect(bought).to.include({ deviation: '0', credited: '0' })
    await expectLikeTheChain()
  })

  it('adds up a market, and lists its prices as a curve', async () => {
    const { buyer, seller } = served
    const first = await energy.nextSlot()
    for (const next of [first, first + 1n, first + 2n]) {
      await energy.submit(next, [
        { member: buyer, side: 'buy', steps: [step(200_000n, 100n)] },
        { member: seller, side: 'sell', steps: [step(100_000n, 100n + (next % 7n))] },
      ])
      if (next !== first + 2n) await energy.clear(next)
    }
    const { data } = await served.read(`/v1/energy/prices?market=${energy.id}`)
    expect(data.map((point: { slot: string }) => point.slot)).to.deep.equal(
      [first + 1n, first, slot].map(String),
    )
    expect(data[0]).to.include({ traded: '100', start: String((first + 1n) * 900n) })
    const within = await served.read(
      `/v1/energy/prices?market=${energy.id}&from=${first * 900n}&until=${data[0].start}`,
    )
    expect(within.data).to.deep.equal([data[1]])
    const one = await served.read(`/v1/energy/prices?market=${energy.id}&limit=1`)
    const rest = await served.read(
      `/v1/energy/prices?market=${energy.id}&limit=5&cursor=${one.page.nextCursor}`,
    )
    expect([...one.data, ...rest.data]).to.deep.equal(data)

    const [market] = (await served.read('/v1/energy/markets')).data
    const sum = (key: string) =>
      data.reduce((all: bigint, point: Record<string, string>) => all + BigInt(point[key] ?? ''), 0n)
    expect(market).to.include({ slots: 4, cleared: 3, orders: 10 })
    expect(market).to.include({ traded: String(sum('traded')), volume: String(sum('volume')) })
    expect(market.averagePrice).to.equal(String((sum('volume') * 1000n) / sum('traded')))

    // Nobody clears the last one.
    await energy.at(energy.timesOf(first + 2n).end)
    const lapsed = await served.read('/v1/energy/slots?status=lapsed')
    expect(lapsed.data.map((row: { slot: string }) => row.slot)).to.deep.equal([String(first + 2n)])
    await expectLikeTheChain()
  })

  it('lists what one account ordered, page by page', async () => {
    const path = `/v1/energy/orders?account=${served.seller.address}`
    const all = (await served.read(path)).data
    expect(all).to.have.lengthOf(4)
    const first = await served.read(`${path}&limit=3`)
    const rest = await served.read(`${path}&limit=3&cursor=${first.page.nextCursor}`)
    expect([...first.data, ...rest.data]).to.deep.equal(all)
  })

  it('takes in slots that no calendar knows', async () => {
    const far = 2n ** 64n - 1n
    await energy.submit(far, [{ member: served.buyer, side: 'buy', steps: [step(1n, 1n)] }])
    const { data } = await served.read(`/v1/energy/slots/${energy.id}/${far}`)
    expect(data).to.include({ status: 'open', start: String(far * 900n) })
    expect((await served.read('/v1/energy/slots')).data[0].slot).to.equal(String(far))
  })

  async function expectMembers(
    members: { account: `0x${string}`; admitted: boolean; tariff: string; meter: string | null }[],
  ) {
    const client = served.market.client as PublicClient
    for (const { account: of, admitted, tariff, meter } of members) {
      const chain = await house.membershipOf(client, energy.house, energy.id, of)
      const shown = { admitted, tariff: BigInt(tariff), meter: meter ?? zeroAddress }
      expect(shown).to.deep.equal(chain)
    }
  }

  /** Slots, positions and balances are what the contracts say. */
  async function expectLikeTheChain() {
    const client = served.market.client as PublicClient
    const { treasury, testDollar } = served.market.deployment.contracts
    for (const row of (await served.read('/v1/energy/slots')).data) {
      const chain = await house.slotOf(client, energy.house, row.market, BigInt(row.slot))
      const cleared = row.status === 'cleared'
      expect([row.orders, cleared, BigInt(row.price ?? 0)]).to.deep.equal([
        chain.count,
        chain.cleared,
        chain.price,
      ])
      if (cleared) expect(row.root).to.equal(chain.commitment)
      for (const order of (await served.read(`/v1/energy/slots/${row.market}/${row.slot}/orders`)).data) {
        const slot = BigInt(row.slot)
        expect(await house.hasOrdered(client, energy.house, row.market, slot, order.account)).to.equal(true)
        const settled = await house.isSettled(client, energy.house, row.market, slot, order.place)
        expect(order.settledAt !== null).to.equal(settled)
      }
    }
    for (const of of [...[1, 2, 3, 5, 8].map((index) => account(index).address), energy.house]) {
      const row = await served.indexer.account(testDollar, of)
      const balance = await client.readContract({
        address: treasury,
        abi: ledgerAbi,
        functionName: 'balanceOf',
        args: [testDollar, of],
      })
      expect(row.deposited - row.withdrawn - row.spent + row.earned, of).to.equal(balance)
    }
  }
})
