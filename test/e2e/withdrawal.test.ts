import { join } from 'node:path'
import { expect } from 'chai'
import type { Deal, Decision, MeshNetwork, Outcome } from '../../agent/index.ts'
import { escrowDomain } from '../../protocol/deployment.ts'
import { hashAgreement } from '../../protocol/eip712.ts'
import { encodeFrame, type NegotiationMessage } from '../../protocol/wire/frames.ts'
import { type HostilePeer, hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { parameters } from './support/rules.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }

describe('an offer that is taken back by a message', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let buyer: MeshNetwork
  let hostile: HostilePeer
  let sellers = 0

  before(async () => {
    market = await startMarket()
    buyer = await market.join({ policy: { exposurePercent: 0n } })
    hostile = await hostilePeer(market.descriptor())
  })

  beforeEach(async () => {
    seller = await market.join({ directory: join(market.directory, `seller-${sellers++}`) })
  })

  after(async () => {
    await hostile.stop()
    await market.stop()
  })

  /** A buyer that decides when it is told to, with an offer of the seller before it. */
  async function undecided(signal?: AbortSignal) {
    const decision = Promise.withResolvers<Decision>()
    const asked = Promise.withResolvers<{ outcome: Promise<Outcome> }>()
    buyer.onOffer((received) => {
      asked.resolve(received)
      return decision.promise
    })
    const intent = await buyer.publishIntent(energyIntent(100n))
    const offered = seller.offer(intent, PROPOSAL, { duration: 60n, ...(signal && { signal }) })
    const { outcome } = await asked.promise
    const deal = seller.deals().at(-1)
    if (deal === undefined) throw new Error('nothing was offered')
    return { id: deal.id, decide: decision.resolve, offered, heard: outcome }
  }

  const offeredTo = (agent: MeshNetwork, id: Deal['id']) => agent.deals().some((deal) => deal.id === id)

  it('is not accepted, though the other side would have', async () => {
    const { id, decide, offered, heard } = await undecided()
    const outcome = await seller.withdrawOffer(id)
    expect(outcome).to.include({ type: 'declined', reason: 'withdrawn' })
    expect(await offered, 'who offered it hears the same').to.equal(outcome)
    expect(await heard).to.include({ type: 'declined', reason: 'withdrawn' })
    decide({ type: 'accept' })
    expect(seller.deal(id)?.state, 'until it expires it could be opened all the same').to.equal('offered')
    expect(offeredTo(buyer, id)).to.equal(false)
  })

  it('is taken back once, however often that is asked for', async () => {
    const { id, decide } = await undecided()
    const outcomes = await Promise.all([seller.withdrawOffer(id), seller.withdrawOffer(id)])
    expect(outcomes.map(({ type }) => type)).to.deep.equal(['declined', 'declined'])
    expect(await seller.withdrawOffer(id), 'after its end, too').to.include({ reason: 'withdrawn' })
    decide({ type: 'accept' })
  })

  it('is taken back when the signal of who offered it is aborted', async () => {
    const aborting = new AbortController()
    const { decide, offered, heard } = await undecided(aborting.signal)
    aborting.abort()
    expect(await offered).to.include({ type: 'declined', reason: 'withdrawn' })
    expect(await heard).to.include({ type: 'declined', reason: 'withdrawn' })
    decide({ type: 'accept' })
  })

  it('is not even made with a signal that is aborted already', async () => {
    const intent = await buyer.publishIntent(energyIntent(100n))
    const options = { duration: 60n, signal: AbortSignal.abort(new Error('changed my mind')) }
    const error = await seller.offer(intent, PROPOSAL, options).catch((reason: unknown) => reason)
    expect(error).to.include({ message: 'changed my mind' })
    expect(seller.deals()).to.deep.equal([])
  })

  it('costs the other side nothing, however often it happens', async () => {
    // As many misdeeds within a minute would mute it.
    for (let count = 0; count <= parameters.spam.invalidTolerance; count++) {
      const { id, decide, offered } = await undecided()
      expect(await seller.withdrawOffer(id)).to.include({ reason: 'withdrawn' })
      await offered
      decide({ type: 'accept' })
    }
    buyer.onOffer(() => ({ type: 'accept' }))
    const intent = await buyer.publishIntent(energyIntent(100n))
    expect((await seller.offer(intent, PROPOSAL, { duration: 60n })).type).to.equal('agreed')
  })

  it('is taken back by a process that has started again', async () => {
    const { id, decide, heard, offered } = await undecided()
    await Promise.all([seller.disconnect(), offered.catch(() => undefined)])
    await seller.connect()
    expect(await seller.withdrawOffer(id)).to.include({ type: 'declined', reason: 'withdrawn' })
    expect(await heard).to.include({ type: 'declined', reason: 'withdrawn' })
    decide({ type: 'accept' })
    expect(offeredTo(buyer, id)).to.equal(false)
  })

  it('cannot be taken back by its maker when it has been answered', async () => {
    buyer.onOffer(() => ({ type: 'accept' }))
    const intent = await buyer.publishIntent(energyIntent(100n))
    const outcome = await seller.offer(intent, PROPOSAL, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error('not agreed')
    const error = await seller.withdrawOffer(outcome.deal.id).catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'DEAL_NOT_OPEN', expected: 'offered' })
  })

  describe('of a peer that writes its own frames', () => {
    const idOf = ({ offer }: { offer: ReturnType<HostilePeer['offerTo']> }) =>
      hashAgreement(escrowDomain(market.descriptor().deployment), offer.agreement)

    async function conversation() {
      const stream = await hostile.open(buyer)
      const intent = await buyer.publishIntent(energyIntent(100n))
      const proposal = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
      let id = 0n
      return {
        proposal,
        withdrawal: { type: 'withdrawal', agreementId: idOf(proposal) } as const,
        async ask(message: NegotiationMessage): Promise<NegotiationMessage> {
          id += 1n
          stream.frame(encodeFrame({ id, replyTo: 0n, message }))
          const answer = await stream.next()
          expect(answer.replyTo).to.equal(id)
          return answer.message
        },
      }
    }

    it('is answered by the acceptance when there is one', async () => {
      buyer.onOffer(() => ({ type: 'accept' }))
      const { ask, proposal, withdrawal } = await conversation()
      const acceptance = await ask(proposal)
      expect(acceptance.type).to.equal('acceptance')
      expect(await ask(withdrawal)).to.deep.equal(acceptance)
      expect(await ask(withdrawal), 'the same again').to.deep.equal(acceptance)
    })

    it('is not accepted when it comes after its withdrawal', async () => {
      let asked = 0
      buyer.onOffer(() => {
        asked += 1
        return { type: 'accept' }
      })
      const { ask, proposal, withdrawal } = await conversation()
      const confirmed = { type: 'decline', subject: withdrawal.agreementId, reason: 'withdrawn', detail: '' }
      expect(await ask(withdrawal)).to.deep.equal(confirmed)
      expect(await ask(proposal)).to.include({ type: 'decline', reason: 'replayed' })
      expect(await ask(withdrawal)).to.deep.equal(confirmed)
      expect(asked).to.equal(0)
    })

    it('is not taken back by somebody else', async () => {
      buyer.onOffer(() => ({ type: 'accept' }))
      const { proposal, ask } = await conversation()
      const { id, decide, offered } = await undecided()
      // It knows the id, from wherever.
      expect(await ask({ type: 'withdrawal', agreementId: id })).to.include({ reason: 'withdrawn' })
      decide({ type: 'accept' })
      expect((await offered).type, "the seller's own offer stands").to.equal('agreed')
      expect(proposal.offer.agreement.seller).to.equal(hostile.identity.address)
    })
  })
})
