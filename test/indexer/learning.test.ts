import { expect } from 'chai'
import type { HDAccount } from 'viem/accounts'
import { AGGREGATION_FEE, LearningRound, REWARD } from './support/learning.ts'
import { onServedMarket } from './support/on-served-market.ts'

onServedMarket('learning in the index', (served) => {
  let round: LearningRound
  /** Owners of the agents 3 to 6. */
  let members: HDAccount[]

  before(async () => {
    const { market, buyer } = served
    members = []
    for (const index of [3, 4, 5, 6]) members.push(await market.join(index))
    round = await LearningRound.open(market, buyer, 1n)
  })

  const get = async (path: string) => (await served.read(path)).data
  const member = (index: number) => members[index] as HDAccount
  const path = () => `/v1/rounds/${round.id}`

  it('shows a task, who committed, and who offers to evaluate', async () => {
    const [row, ...others] = await get('/v1/rounds')
    expect(others).to.deep.equal([])
    const { reward, commitUntil, baseModel, dimension } = round.task
    expect(row).to.include({
      id: round.id,
      status: 'commit',
      requester: served.buyer.address,
      rule: 'median',
    })
    expect(row).to.include({ reward: String(reward), commitUntil: String(commitUntil), baseModel, dimension })
    await round.commit(member(0), 3n, 'a')
    await round.commit(member(1), 4n, 'a')
    await round.commit(member(2), 5n, 'b')
    await round.enlist(member(3), 6n)
    expect(await get(path())).to.include({ participants: 3, updates: 0, evaluators: 1, seats: 0 })
    const updates = await get(`${path()}/updates`)
    expect(updates.map((row: { agentId: string }) => row.agentId)).to.deep.equal(['5', '4', '3'])
    expect(updates[2]).to.include({ participant: member(0).address, status: 'committed', original: null })
  })

  it('tells updates from copies, also when the copy is revealed first, and who was silent', async () => {
    await round.pass('commitUntil')
    expect((await get(path())).status).to.equal('reveal')
    const originals = async () =>
      (await get(`${path()}/updates`)).map((row: { original: boolean | null }) => row.original)
    await round.reveal(member(1), 1, 'a')
    expect(await originals()).to.deep.equal([null, true, null])
    await round.reveal(member(0), 0, 'a')
    expect(await originals()).to.deep.equal([null, false, true])
    expect(await get(path())).to.include({ updates: 1 })
    expect((await round.roundOf()).updates).to.equal(1n)
    await round.pass('revealUntil')
    await round.slash(2)
    const [silent] = await get(`${path()}/updates`)
    expect(silent).to.include({ agentId: '5', status: 'slashed', updateRoot: null })
    await round.drawPanel()
    expect(await get(path())).to.include({ seats: 1, status: 'attest' })
  })

  it('shows the model that came of it, and what was paid', async () => {
    await round.pass('attestUntil')
    await round.propose(member(0), 'better model')
    expect(await get('/v1/models')).to.deep.equal([])
    await round.pass('closeAt')
    expect((await get(path())).status).to.equal('over')
    await round.settle()
    const chain = await round.roundOf()
    const row = await get(path())
    expect(row).to.include({ status: 'settled', byScore: false, pool: String(chain.pool) })
    expect(row.resultRoot).to.equal(chain.result).and.to.equal(round.rootOf('better model'))
    const [model, ...others] = await get('/v1/models')
    expect(others).to.deep.equal([])
    expect(model).to.include({ root: chain.result, round: round.id, proposer: '3', updates: 1 })
    expect(model.contentId).to.equal(round.rootOf('cid of better model'))
    expect(await get(`/v1/models?baseModel=${round.task.baseModel}`)).to.deep.equal([model])
    expect(await get(`/v1/models?baseModel=${model.root}`)).to.deep.equal([])

    await round.claim(0)
    await round.claimResult()
    const updates = await get(`${path()}/updates`)
    expect(updates.at(-1).reward).to.equal(String(REWARD))
    expect((await get(path())).claimed).to.equal(String(REWARD + AGGREGATION_FEE))
  })

  it('shows a task that was taken back', async () => {
    const { market, buyer } = served
    const cancelled = await LearningRound.open(market, buyer, 2n)
    await cancelled.cancel()
    expect((await get(`/v1/rounds?requester=${buyer.address}`))[0]).to.include({
      ...{ id: cancelled.id, status: 'cancelled', resultRoot: null },
    })
    expect(await get(`/v1/rounds?requester=${served.seller.address}`)).to.deep.equal([])
  })
})
