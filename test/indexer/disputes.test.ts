import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import type { Hex } from '../../protocol/types.ts'
import { Court } from './support/court.ts'
import { onServedMarket } from './support/on-served-market.ts'

onServedMarket('disputes in the index', (served) => {
  let court: Court
  let id: Hex
  const jurors = new Map<string, HDAccount>()

  before(async () => {
    const { market, buyer, seller } = served
    court = new Court(market)
    for (const index of [4, 5, 6]) {
      const owner = await market.join(index)
      jurors.set(String(await court.enlist(owner)), owner)
    }
    const agreement = await market.draft(buyer, seller, {}, court.address)
    id = await market.open(buyer, seller, agreement)
    await market.deliver(seller, agreement)
    await market.dispute(buyer, agreement)
  })

  const get = async (path: string) => (await served.read(path)).data
  const path = () => `/v1/disputes/${served.market.deployment.contracts.intentEscrow}/${id}`

  it('shows a case with its parties and bonds', async () => {
    const { buyer, seller } = served
    const [row, ...others] = await get('/v1/disputes')
    expect(others).to.deep.equal([])
    const chain = await court.disputeOf(id)
    expect(row).to.include({ id, status: 'open', plaintiff: buyer.address, defendant: seller.address })
    expect(row).to.include({ bond: String(chain.bond), token: chain.token, matcher: null })
    await court.match(seller, id)
    expect(await get(path())).to.include({ matcher: seller.address })
    expect(await get(`/v1/disputes?defendant=${seller.address}&status=open`)).to.have.lengthOf(1)
    expect(await get(`/v1/disputes?plaintiff=${seller.address}`)).to.deep.equal([])
  })

  it('lists the evidence', async () => {
    const { buyer, seller } = served
    await court.submitEvidence(seller, id, 'ipfs://meter')
    await court.submitEvidence(buyer, id, 'ipfs://photo')
    expect((await get(path())).evidence).to.equal(2)
    const pieces = await get(`${path()}/evidence`)
    expect(pieces.map(({ uri }: { uri: string }) => uri)).to.deep.equal(['ipfs://photo', 'ipfs://meter'])
    expect(pieces[1]).to.include({ number: 0, submitter: seller.address })
  })

  it('shows jurors, their votes once they are revealed, and the ruling', async () => {
    const { buyer } = served
    await court.draw(buyer, id)
    const drawn = (await get(path())).jurors as { agentId: string; depositor: string; vote: number | null }[]
    expect(drawn).to.have.lengthOf(3)
    for (const { agentId, depositor, vote } of drawn) {
      expect([depositor, vote]).to.deep.equal([jurors.get(agentId)?.address, null])
    }
    const votes = drawn.map(({ agentId }, index) => ({
      juror: jurors.get(agentId) as HDAccount,
      agentId: BigInt(agentId),
      vote: 5_000 + index * 500,
    }))
    await court.vote(id, votes)
    const { jurors: voted, status } = await get(path())
    expect(voted.map(({ vote }: { vote: number }) => vote)).to.deep.equal([5_000, 5_500, 6_000])
    expect(status).to.equal('open')

    await court.execute(buyer, id)
    const { state } = await court.disputeOf(id)
    const row = await get(path())
    expect(row).to.include({ status: 'ruled', defendantBps: state.defendantBps, slashed: 0 })
    expect(BigInt(row.burned) > 0n).to.equal(true)
    expect(await get('/v1/disputes?status=ruled')).to.deep.equal([row])
  })

  it('knows no case that was split without jurors', async () => {
    const { status, body } = await served.get(path().replace(id, `0x${'00'.repeat(32)}`))
    expect([status, body.field]).to.deep.equal([404, 'id'])
  })
})
