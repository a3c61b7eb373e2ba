import { expect } from 'chai'
import type { Deal, MeshNetwork } from '../../agent/index.ts'
import { escrowDomain } from '../../protocol/deployment.ts'
import { hashAgreement } from '../../protocol/eip712.ts'
import type { Funding, Offer } from '../../protocol/types.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { Faults } from './support/faults.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

describe('a seller whose deal the chain does not open', function () {
  this.timeout(20_000)
  let market: TestMarket
  let seller: MeshNetwork
  let faults: Faults
  let hostile: HostilePeer

  before(async () => {
    market = await startMarket()
    faults = new Faults()
    seller = await market.join({ enrolls: false, onError: faults.hear })
    seller.onOffer(() => ({ type: 'accept' }))
    hostile = await hostilePeer(market.descriptor())
  })

  after(async () => {
    await hostile.stop()
    await market.stop()
  })

  const reverts = () => faults.seen.filter(({ code }) => code === 'CALL_REVERTED')

  /** What has become of a deal with a buyer that can pay only as it says. */
  async function attempted(funding: Funding): Promise<Deal> {
    const { frame } = await hostile.open(seller)
    const intent = await seller.publishIntent({ ...energyIntent(100n), side: 'sell' })
    const offer = shortLived({ ...hostile.offerTo(intent), funding })
    const ended = new Promise<Deal>((resolve) => {
      seller.onDealChange((deal) => deal.state === 'void' && resolve(deal))
    })
    frame(encodeFrame({ id: 1n, replyTo: 0n, message: { type: 'proposal', offer, endpoints: [] } }))
    return ended
  }

  function shortLived({ agreement, ...rest }: Offer): Offer {
    const changed = { ...agreement, expiry: agreement.expiry - 13n }
    const id = hashAgreement(escrowDomain(market.descriptor().deployment), changed)
    return { ...rest, agreement: changed, signature: hostile.identity.sign(id) }
  }

  it('tries once when that can never be otherwise', async () => {
    const signature = `0x${'11'.repeat(64)}1b` as const
    const ended = await attempted({ kind: 'authorization', validAfter: 0n, validBefore: 1n, signature })
    expect(ended.role).to.equal('seller')
    expect(reverts().map(({ received }) => received)).to.have.length(1)
  })

  it('tries again while the buyer may still pay in', async () => {
    const before = reverts().length
    await attempted({ kind: 'balance' })
    expect(reverts()[before]?.received).to.match(/^BalanceTooLow/)
    expect(reverts().length - before).to.be.above(1)
  })
})
