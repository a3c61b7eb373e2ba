import { expect } from 'chai'
import { privateKeyToAccount } from 'viem/accounts'
import { deposit } from '../../agent/chain/actions/ledger.ts'
import { approve, mint } from '../../agent/chain/actions/token.ts'
import type { Deal, MeshNetwork } from '../../agent/index.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { escrowDomain } from '../../protocol/deployment.ts'
import { hashAgreement } from '../../protocol/eip712.ts'
import type { Funding, Hex, Offer } from '../../protocol/types.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { until as eventually } from '../agent/support/until.ts'
import { Faults } from './support/faults.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

/** What an offer of the hostile peer's costs. */
const COST = 15_000n

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
    const { testDollar } = market.descriptor().deployment.contracts
    await market.send(mint(testDollar, hostile.identity.address, COST))
  })

  after(async () => {
    await hostile.stop()
    await market.stop()
  })

  const reverts = () => faults.seen.filter(({ code }) => code === 'CALL_REVERTED')

  /** Pays in for the buyer, as anybody may. */
  async function payIn(): Promise<void> {
    const { testDollar, treasury } = market.descriptor().deployment.contracts
    await market.send(mint(testDollar, privateKeyToAccount(DEVELOPMENT_KEY).address, COST))
    await market.send(approve(testDollar, treasury, COST))
    await market.send(deposit(treasury, testDollar, hostile.identity.address, COST))
  }

  const until = async (id: Hex, state: Deal['state']) =>
    seller.untilDeal(id, (deal) => deal.state === state, { signal: AbortSignal.timeout(15_000) })

  /** A deal with a buyer that can pay only as it says. */
  async function attempted(funding: Funding): Promise<Deal> {
    const { frame } = await hostile.open(seller)
    const intent = await seller.publishIntent({ ...energyIntent(100n), side: 'sell' })
    const offer = shortLived({ ...hostile.offerTo(intent), funding })
    const signed = new Promise<Deal>((resolve) => {
      const end = seller.onDealChange((deal) => {
        if (deal.state !== 'signed' || deal.agreement.nonce !== offer.agreement.nonce) return
        end()
        resolve(deal)
      })
    })
    frame(encodeFrame({ id: 1n, replyTo: 0n, message: { type: 'proposal', offer, endpoints: [] } }))
    return signed
  }

  function shortLived({ agreement, ...rest }: Offer): Offer {
    const changed = { ...agreement, expiry: agreement.expiry - 11n }
    const id = hashAgreement(escrowDomain(market.descriptor().deployment), changed)
    return { ...rest, agreement: changed, signature: hostile.identity.sign(id) }
  }

  it('tries once when that can never be otherwise', async () => {
    const signature = `0x${'11'.repeat(64)}1b` as const
    const { id } = await attempted({ kind: 'authorization', validAfter: 0n, validBefore: 1n, signature })
    expect(await until(id, 'void')).to.include({ role: 'seller' })
    expect(reverts().map(({ received }) => received)).to.have.length(1)
  })

  it('tries again while the buyer may still pay in, and says once that it has not', async () => {
    const before = reverts().length
    await payIn()
    // The seller looks before it accepts: both find what is enough for one of them.
    const [first, second] = await Promise.all([
      attempted({ kind: 'balance' }),
      attempted({ kind: 'balance' }),
    ])
    const opened = await Promise.race([until(first.id, 'opened'), until(second.id, 'opened')])
    const { id } = opened.id === first.id ? second : first
    await eventually(() => reverts().length > before)
    await payIn()
    await until(id, 'opened')
    const since = reverts().slice(before)
    expect(since.map(({ received }) => String(received).split('(')[0])).to.deep.equal(['BalanceTooLow'])
    expect(since[0]?.remedy).to.include('Whoever has the account')
  })
})
