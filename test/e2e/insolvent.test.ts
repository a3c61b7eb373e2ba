import { expect } from 'chai'
import type { FoundAgent, MeshError, MeshNetwork } from '../../agent/index.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { Faults } from './support/faults.ts'
import { hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { findService, PRICE, refusal } from './support/services.ts'

const PROPOSAL = { quantity: 100n, price: 150_000n }
const COST = 15_000n

describe('who cannot pay, or has put up nothing', function () {
  this.timeout(60_000)
  let market: TestMarket
  let provider: MeshNetwork
  let poor: MeshNetwork
  let atProvider: Faults
  let atPoor: Faults

  before(async () => {
    market = await startMarket()
  })
  after(() => market.stop())

  beforeEach(async () => {
    atProvider = new Faults()
    atPoor = new Faults()
    provider = await market.join({
      capabilities: ['data.fx', 'energy.supply'],
      onError: atProvider.hear,
    })
    poor = await market.join({
      bootstrapPeers: provider.endpoints,
      enrolls: false,
      onError: atPoor.hear,
    })
  })
  afterEach(async () => {
    await poor.disconnect()
    await provider.disconnect()
  })

  const refused = (doing: Promise<unknown>) => refusal(doing) as Promise<MeshError>

  it('is told so before it asks a priced service, and pays in', async () => {
    provider.serve('data.fx', () => 'yes', { price: PRICE })
    const service: Pick<FoundAgent, 'record'> = await findService(poor, provider)
    const ask = () => poor.request(service, '?', { capability: 'data.fx', maxPrice: PRICE, requests: 2 })
    const error = await refused(ask())
    expect(error).to.include({ code: 'BALANCE_TOO_LOW', received: 0n })
    expect(error.remedy).to.include(`account.ensureBalance(${2n * PRICE}n)`)
    expect(atProvider.codes).to.deep.equal([])
    await poor.account.ensureBalance(2n * PRICE)
    expect((await ask()).text).to.equal('yes')
  })

  it('makes no offer that it cannot pay for', async () => {
    const intent = await provider.publishIntent({ ...energyIntent(100n), side: 'sell' })
    const error = await refused(poor.offer(intent, PROPOSAL, { duration: 60n }))
    expect(error).to.include({ code: 'BALANCE_TOO_LOW', received: 0n })
    expect(error.remedy).to.include(`account.ensureBalance(${COST}n)`)
  })

  it('accepts none either: it hears why, and the seller that it was declined', async () => {
    poor.onOffer(() => ({ type: 'accept' }))
    const intent = await poor.publishIntent(energyIntent(100n))
    const outcome = await provider.offer(intent, PROPOSAL, { duration: 60n })
    expect(outcome.type).to.equal('declined')
    expect(atPoor.codes).to.include('BALANCE_TOO_LOW')
    expect(atProvider.codes).to.deep.equal([])
    expect(provider.deals().filter(({ state }) => state === 'signed')).to.deep.equal([])
  })

  it('is told when it publishes what it cannot buy', async () => {
    await poor.publishIntent(energyIntent(100n))
    await atPoor.until('BALANCE_TOO_LOW')
    expect(atPoor.codes).to.deep.equal(['BALANCE_TOO_LOW'])
  })

  it('is declined at once when it offers all the same, and the seller says so once', async () => {
    const hostile = await hostilePeer(market.descriptor())
    try {
      // A seller from which nobody asks for stake.
      poor.onOffer(() => ({ type: 'accept' }))
      const intent = await poor.publishIntent({ ...energyIntent(100n), side: 'sell' })
      const { frame, next } = await hostile.open(poor)
      const offer = hostile.offerTo(intent)
      frame(encodeFrame({ id: 1n, replyTo: 0n, message: { type: 'proposal', offer, endpoints: [] } }))
      const { message } = await next()
      expect(message).to.include({ type: 'decline', reason: 'invalid', detail: 'BALANCE_TOO_LOW' })
      expect(atPoor.codes).to.deep.equal(['BALANCE_TOO_LOW'])
    } finally {
      await hostile.stop()
    }
  })

  it('promises no stake that it has not put up', async () => {
    const intent = await provider.publishIntent(energyIntent(100n))
    for (const offering of [
      poor.offer(intent, PROPOSAL, { duration: 60n }),
      poor.negotiate(intent, { low: 80_000n, high: 150_000n }),
    ]) {
      const error = await refused(offering)
      expect(error.code).to.equal('STAKE_TOO_LOW')
      expect(error.remedy).to.include('enroll(')
    }
    expect(atProvider.codes).to.deep.equal([])
  })
})
