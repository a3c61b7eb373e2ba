import { expect } from 'chai'
import { stringToHex } from 'viem'
import { meshDirectoryAbi, meshGovernorAbi } from '../../protocol/abis/index.ts'
import { Governor } from './support/governor.ts'
import { onServedMarket } from './support/on-served-market.ts'

const DESCRIPTION = 'Newcomers to rides put up a dollar'

onServedMarket('governance in the index', (served) => {
  let governor: Governor

  before(async () => {
    governor = await Governor.awaken(served.market, 'rides')
  })

  const get = async (path: string) => (await served.read(path)).data
  const newest = async () => (await get('/v1/governance/proposals'))[0]

  it('shows what the directory began with, as it says it', async () => {
    const all = await get('/v1/governance/parameters?limit=200')
    const [spam] = await get('/v1/governance/parameters?kind=spam')
    const { client } = served.market
    const rules = await client.readContract({
      ...{ address: governor.action.target, abi: meshDirectoryAbi, functionName: 'spamRules' },
    })
    expect(spam).to.include({ name: '', version: 0 })
    expect(spam.value).to.deep.equal(rules)
    const contracts = all.filter((row: { kind: string }) => row.kind === 'contract')
    expect(contracts.length).to.be.greaterThan(3)
    for (const { name, version, value } of contracts) {
      const [location, number] = await client.readContract({
        address: governor.action.target,
        abi: meshDirectoryAbi,
        functionName: 'currentContract',
        args: [stringToHex(name, { size: 32 })],
      })
      expect(value, name).to.include({ location, sunset: null, current: BigInt(version) === number })
    }
    expect(all.some((row: { kind: string }) => row.kind === 'protocol')).to.equal(true)
  })

  it('follows a proposal from its making to what it changes', async () => {
    const { market } = served
    await governor.propose(DESCRIPTION)
    const made = await newest()
    expect(made).to.include({ status: 'pending', description: DESCRIPTION })
    expect(made.proposer).to.equal(governor.holder.address)
    expect(made.actions).to.deep.equal([governor.action])
    const { proposalId } = made

    await governor.vote(BigInt(proposalId), 'so be it')
    const [vote, ...others] = await get(`/v1/governance/proposals/${proposalId}/votes`)
    expect(others).to.deep.equal([])
    expect(vote).to.include({ voter: governor.holder.address, support: 'for', reason: 'so be it' })
    const [against, inFavour, abstain] = await market.client.readContract({
      address: governor.address,
      abi: meshGovernorAbi,
      functionName: 'proposalVotes',
      args: [BigInt(proposalId)],
    })
    expect(await newest()).to.include({
      ...{ votesFor: String(inFavour), votesAgainst: String(against), votesAbstain: String(abstain) },
      ...{ status: 'active', voters: 1 },
    })

    await governor.endVoting()
    expect((await newest()).status).to.equal('ended')
    await governor.queue(DESCRIPTION)
    const queued = await newest()
    expect(queued.status).to.equal('queued')
    await governor.execute(DESCRIPTION, BigInt(queued.eta))
    expect((await newest()).status).to.equal('executed')
    const [admission] = await get('/v1/governance/parameters?kind=admission')
    expect(admission).to.include({ name: 'rides' })
    expect(admission.value).to.deep.equal({ minStake: '1000000', minReputation: 1_000 })
  })

  it('shows a proposal that was taken back', async () => {
    await governor.propose('again')
    await governor.cancel('again')
    expect(await newest()).to.include({ status: 'canceled', description: 'again' })
  })
})
