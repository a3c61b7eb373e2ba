import { expect } from 'chai'
import * as house from '../../agent/chain/actions/clearing-house.ts'
import { isFinal, type MeshNetwork, type SlotReceipt } from '../../agent/index.ts'
import { clearSlot } from '../../agent/market/clearing.ts'
import { packBook } from '../../agent/market/order-book.ts'
import { startAnvil } from '../indexer/support/anvil.ts'
import { DOLLAR, type EnergyChain, startEnergyChain } from './support/energy-market.ts'

describe('a slot on a chain that is reorganised', function () {
  this.timeout(60_000)
  let energy: EnergyChain

  before(async () => {
    // Final are blocks that have two epochs after them, of so many blocks.
    energy = await startEnergyChain(() => startAnvil('--slots-in-an-epoch', '8'))
  })
  after(() => energy.stop())

  it('has its receipt reopened, and does what was undone', async () => {
    const [agent] = (await energy.join(1)) as [MeshNetwork]
    const market = await energy.create([agent])
    const slots = await agent.slots(market.id)
    const stages: SlotReceipt['stage'][] = []
    slots.onReceipt(({ stage }) => stages.push(stage))
    const { slot } = await slots.order({
      slot: (await slots.nextSlot()) + 1n,
      side: 'buy',
      steps: [{ price: 100_000n, quantity: 500n }],
    })
    const times = market.timesOf(slot)
    await energy.at(times.ownFrom)
    await slots.until(slot, ({ stage }) => stage === 'accepted')
    const before = await energy.chain.client.getBlockNumber()
    await energy.at(times.gate)
    const book = await market.bookOf(slot)
    const { price } = clearSlot(book, [10n * DOLLAR], market.rules)
    await energy.operator.send(house.clear(energy.house, market.id, slot, packBook(book), price))
    // Nothing was bought, so nothing more comes of it.
    await slots.until(slot, isFinal)

    const depth = Number((await energy.chain.client.getBlockNumber()) - before)
    await energy.chain.client.request({ method: 'anvil_reorg' as never, params: [depth, []] as never })
    await slots.until(slot, ({ stage }) => stage === 'accepted')
    await energy.at(times.ownClearUntil)
    await slots.until(slot, isFinal)
    expect(stages).to.deep.equal(['ordered', 'accepted', 'settled', 'accepted', 'settled'])
  })
})
