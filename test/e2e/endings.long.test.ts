import { join } from 'node:path'
import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import * as ledger from '../../agent/chain/actions/ledger.ts'
import { freeStake } from '../../agent/chain/actions/stake-vault.ts'
import {
  type Address,
  type Deal,
  hasEnded,
  type IntentDraft,
  type MeshNetwork,
  type Outcome,
} from '../../agent/index.ts'
import { Faults } from './support/faults.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { createOwner } from './support/owner.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }
const PAYMENT = 20_000n
const FEE = 50n
/** Window, penalty and split of the default policy. */
const WINDOW = 3600
const PENALTY = PAYMENT / 10n
const HALF = PAYMENT / 2n
/** Seconds until the deadline; from its half on, a seller whose buyer does not release reports on chain. */
const DURATION = 60n
/** Seconds by which the chain's clock and the machine's may differ. */
const SLACK = 5
const soon = () => AbortSignal.timeout(20_000)

/** Every test moves the chain's clock, so each has a market of its own. */
describe('a deal that does not simply go well', function () {
  this.timeout(60_000)
  let market: TestMarket
  let faults: Faults
  let seller: MeshNetwork

  beforeEach(async () => {
    market = await startMarket()
    faults = new Faults()
    seller = await market.join({ policy: { offerLife: 4n }, onError: faults.hear })
  })
  afterEach(() => market.stop())

  const onChain = () => {
    const { rpcUrl, deployment } = market.descriptor()
    return { client: createPublicClient({ transport: http(rpcUrl), cacheTime: 0 }), ...deployment.contracts }
  }
  const balance = (account: Address) => {
    const { client, treasury: address, testDollar } = onChain()
    return ledger.balanceOf(client, address, testDollar, account)
  }

  function agreed(outcome: Outcome): Deal {
    if (outcome.type === 'agreed') return outcome.deal
    throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
  }

  /** A deal with the payment in escrow. */
  async function opened(buyer: MeshNetwork, intent: IntentDraft = energyIntent(100n)): Promise<Deal> {
    buyer.onOffer(() => ({ type: 'accept' }))
    const published = await buyer.publishIntent(intent)
    const { id } = agreed(await seller.offer(published, PROPOSAL, { duration: DURATION }))
    return seller.untilDeal(id, ({ state }) => state === 'opened', { signal: soon() })
  }

  /** Has the seller deliver, to no avail, and waits until it has reported so on chain. */
  async function reported(id: Deal['id'], quantity = 100n): Promise<Deal> {
    expect((await seller.deliver(id, quantity)).state).to.equal('delivered')
    await market.later(Number(DURATION) / 2 + SLACK)
    return seller.untilDeal(id, ({ state }) => state === 'reported', { signal: soon() })
  }

  describe('because the buyer is silent', () => {
    it('pays the seller all the same, when the window has passed', async () => {
      const directory = join(market.directory, 'silent')
      const buyer = await market.join({ directory })
      const { id } = await opened(buyer)
      const before = await balance(seller.address)
      await buyer.disconnect()
      const { report } = await reported(id)
      expect(report?.quantity).to.equal(100n)
      expect(await balance(seller.address), 'not before').to.equal(before)

      await market.later(WINDOW + SLACK)
      const sold = await seller.untilDeal(id, hasEnded, { signal: soon() })
      expect(sold).to.deep.include({ state: 'settled', outcome: { quantity: 100n, paid: PAYMENT } })
      expect(await balance(seller.address)).to.equal(before + PAYMENT - FEE)
      expect(seller.totals()).to.include({ received: PAYMENT - FEE, fees: FEE, sold: 100n, open: 0 })

      await buyer.connect()
      const bought = await buyer.untilDeal(id, hasEnded, { signal: soon() })
      expect(bought).to.deep.include({ state: 'settled', outcome: { quantity: 100n, paid: PAYMENT } })
    })

    it('takes the release of a buyer that comes back within the window', async () => {
      const directory = join(market.directory, 'late')
      const buyer = await market.join({ directory, bootstrapPeers: seller.endpoints })
      const { id } = await opened(buyer)
      await buyer.disconnect()
      await reported(id)
      await buyer.connect()
      // A seller goes on asking.
      await market.later(WINDOW / 4)
      const sold = await seller.untilDeal(id, hasEnded, { signal: soon() })
      expect(sold.state).to.equal('settled')
      expect(sold.release, 'settled by a release, not claimed').to.not.equal(undefined)
    })

    it('pays for no more than the seller reported', async () => {
      const directory = join(market.directory, 'short')
      const buyer = await market.join({ directory })
      const { id } = await opened(buyer)
      const before = await balance(buyer.address)
      await buyer.disconnect()
      await reported(id, 60n)
      await market.later(WINDOW + SLACK)
      const sold = await seller.untilDeal(id, hasEnded, { signal: soon() })
      expect(sold.outcome).to.deep.equal({ quantity: 60n, paid: 12_000n })
      expect(await balance(buyer.address)).to.equal(before + 8_000n)
    })
  })

  describe('because the buyer says that it was not delivered', () => {
    it('is contested by the buyer within the window, and split as agreed', async () => {
      const buyer = await market.join()
      buyer.onDelivery(() => false)
      const { id } = await opened(buyer)
      const before = { buyer: await balance(buyer.address), seller: await balance(seller.address) }
      await reported(id)
      await market.later(WINDOW / 2 + SLACK)

      const [bought, sold] = await Promise.all([
        buyer.untilDeal(id, hasEnded, { signal: soon() }),
        seller.untilDeal(id, hasEnded, { signal: soon() }),
      ])
      expect([bought.state, sold.state]).to.deep.equal(['resolved', 'resolved'])
      expect(sold.outcome).to.deep.equal({ quantity: 50n, paid: HALF })
      expect(await balance(buyer.address)).to.equal(before.buyer + HALF)
      expect(await balance(seller.address)).to.equal(before.seller + HALF - FEE / 2n)
      expect(buyer.totals()).to.include({ resolved: 1, settled: 0, paid: HALF })
    })

    it('is contested too where the buyer’s handlers fail, each deal for itself', async () => {
      const heard = new Faults()
      const buyer = await market.join({ onError: heard.hear })
      const fails = [
        () => {
          throw new Error('the meter is away')
        },
        async () => false,
        () => Promise.reject(new Error('the meter is away')),
        () => new Promise<boolean>(() => undefined),
        () => 'yes' as unknown as boolean,
      ]
      const deals: Deal[] = []
      while (deals.length < fails.length) deals.push(await opened(buyer))
      const handlerOf = new Map(deals.map(({ id }, index) => [id, fails[index]]))
      buyer.onDelivery(({ id }) => handlerOf.get(id)?.() ?? true)
      buyer.onDispute(({ id }) => (id === deals[0]?.id ? Promise.reject(new Error('no answer')) : true))

      const delivered = await Promise.all(deals.map(({ id }) => seller.deliver(id, 100n)))
      expect(new Set(delivered.map(({ state }) => state))).to.deep.equal(new Set(['delivered']))
      expect(new Set(faults.codes), 'the channel of all stays open').to.deep.equal(
        new Set(['DELIVERY_REFUSED']),
      )
      expect(heard.codes).to.include.members(['DECISION_LATE', 'ARGUMENT_INVALID'])

      await market.later(Number(DURATION) / 2 + SLACK)
      const until = (state: Deal['state']) =>
        Promise.all(
          deals.map(({ id }) => seller.untilDeal(id, (deal) => deal.state === state, { signal: soon() })),
        )
      await until('reported')
      await market.later(WINDOW / 2 + SLACK)
      const sold = await until('resolved')
      expect(sold.map(({ outcome }) => outcome?.paid)).to.deep.equal(deals.map(() => HALF))
    })

    it('is not contested by a buyer that decides to let it be', async () => {
      const buyer = await market.join()
      buyer.onDelivery(() => false)
      const asked = new Promise<bigint>((resolve) => {
        buyer.onDispute((_deal, { quantity }) => {
          resolve(quantity)
          return false
        })
      })
      const { id } = await opened(buyer)
      await reported(id)
      await market.later(WINDOW / 2 + SLACK)
      expect(await asked).to.equal(100n)
      await market.later(WINDOW)
      expect((await seller.untilDeal(id, hasEnded, { signal: soon() })).state).to.equal('settled')
    })
  })

  describe('because a party cancels it', () => {
    /** A delivery that begins in ten minutes. */
    const later = (): IntentDraft => {
      const start = BigInt(Math.floor(Date.now() / 1000)) + 600n
      return { ...energyIntent(100n), start, end: start + 900n }
    }
    const stake = (agentId: bigint) => {
      const { client, treasury, intentEscrow } = onChain()
      return freeStake(client, treasury, { agentId, depositor: seller.address, module: intentEscrow })
    }

    it('costs nothing before the delivery begins', async () => {
      const buyer = await market.join()
      const deal = await opened(buyer, later())
      const before = await balance(buyer.address)
      await buyer.untilDeal(deal.id, ({ state }) => state === 'opened', { signal: soon() })
      expect((await buyer.cancelDeal(deal.id)).state).to.equal('cancelled')
      expect(await balance(buyer.address)).to.equal(before + PAYMENT)
      const sold = await seller.untilDeal(deal.id, hasEnded, { signal: soon() })
      expect(sold).to.deep.include({ state: 'cancelled', outcome: { quantity: 0n, paid: 0n } })
      expect(await stake(deal.agreement.agentId)).to.equal(50_000_000n)
    })

    it('is carried out when it is asked for in the moment of opening', async () => {
      const buyer = await market.join()
      const ended = new Promise<Deal>((resolve, reject) => {
        seller.onDealChange(({ id, state }) => {
          if (state === 'opened') seller.cancelDeal(id).then(resolve, reject)
        })
      })
      await opened(buyer, later())
      expect((await ended).state).to.equal('cancelled')
    })

    it('costs the buyer a part of the payment from then on', async () => {
      const buyer = await market.join()
      const { id } = await opened(buyer, later())
      const before = { buyer: await balance(buyer.address), seller: await balance(seller.address) }
      await buyer.untilDeal(id, ({ state }) => state === 'opened', { signal: soon() })
      await market.later(600 + SLACK)
      expect((await buyer.cancelDeal(id)).outcome).to.deep.equal({ quantity: 0n, paid: PENALTY })
      expect(await balance(buyer.address)).to.equal(before.buyer + PAYMENT - PENALTY)
      expect(await balance(seller.address)).to.equal(before.seller + PENALTY - 5n)
    })

    it('is a refund when the seller does so from then on, and costs it a part of its stake', async () => {
      const buyer = await market.join()
      const { id, agreement } = await opened(buyer, later())
      const before = await balance(buyer.address)
      await market.later(600 + SLACK)
      expect((await seller.cancelDeal(id)).state).to.equal('refunded')
      expect(await balance(buyer.address)).to.equal(before + PAYMENT)
      expect(await stake(agreement.agentId)).to.equal(50_000_000n - PENALTY)
      const bought = await buyer.untilDeal(id, hasEnded, { signal: soon() })
      expect(bought.outcome).to.deep.equal({ quantity: 0n, paid: 0n })
    })
  })

  describe('because the owner took the key away', () => {
    it('cannot be opened any more, whoever has the signatures', async () => {
      const owner = await createOwner(market)
      seller = await market.join({ policy: { offerLife: 4n }, onError: faults.hear, enrolls: false })
      const agentId = await owner.adopt(seller)
      await owner.account.ensureTestDollars(1_000_000n)
      await owner.account.ensureStakeFor(agentId, 1_000_000n)
      const buyer = await market.join()
      buyer.onOffer(async () => {
        await owner.revoke(agentId)
        return { type: 'accept' }
      })
      const intent = await buyer.publishIntent(energyIntent(100n))
      const deal = agreed(await seller.offer(intent, PROPOSAL, { duration: DURATION }))
      expect(deal.agreement).to.include({ agentId, staker: owner.address })
      await faults.until('CALL_REVERTED')
      expect(faults.seen.map(({ received }) => String(received)).join()).to.include('SellerNotBound')

      await market.later(60)
      const end = buyer.untilDeal(deal.id, ({ state }) => state === 'void', { signal: soon() })
      expect((await end).state).to.equal('void')
      expect(await balance(buyer.address)).to.equal(50_000_000n)
    })
  })

  describe('because the buyer spends another’s money', () => {
    it('is paid from the owner’s balance within the mandate, and not opened beyond it', async () => {
      const owner = await createOwner(market)
      const buyer = await market.join({ paymentMethod: 'mandate', enrolls: false })
      const agentId = await owner.adopt(buyer)
      await owner.account.ensureTestDollars(1_000_000n)
      await owner.account.ensureBalance(1_000_000n)
      // Enough for one purchase from one seller; the period is longer than any test.
      const caps = { perPeriod: 100_000n, perPayee: PAYMENT + 1n, period: 4_000_000_000 }
      await owner.account.setMandate(agentId, caps)

      const { id, agreement, terms } = await opened(buyer)
      expect(agreement).to.include({ payer: owner.address, buyer: buyer.address, buyerEpoch: 1n })
      expect(terms.round, 'the buyer told the seller who pays').to.equal(2n)
      await seller.deliver(id, 100n)
      expect((await buyer.untilDeal(id, hasEnded, { signal: soon() })).state).to.equal('settled')
      expect(await balance(owner.address)).to.equal(1_000_000n - PAYMENT)
      expect(await balance(buyer.address)).to.equal(0n)

      const intent = await buyer.publishIntent(energyIntent(100n))
      const second = agreed(await seller.offer(intent, PROPOSAL, { duration: DURATION }))
      await faults.until('CALL_REVERTED')
      expect(faults.seen.map(({ received }) => String(received)).join()).to.include('PayeeCapExceeded')
      await market.later(60)
      await seller.untilDeal(second.id, ({ state }) => state === 'void', { signal: soon() })
      expect(await balance(owner.address)).to.equal(1_000_000n - PAYMENT)
    })
  })
})
