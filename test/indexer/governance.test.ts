import { expect } from 'chai'
import { encodeFunctionData, type Hex, keccak256, stringToHex } from 'viem'
import { meshDirectoryAbi, meshGovernorAbi, meshTokenAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import { VOTING } from '../../scripts/deploy/parameters.ts'
import { type ServedMarket, serveMarket } from './support/api.ts'
import { removeDataDirs } from './support/index-of.ts'
import { account } from './support/market.ts'

const DESCRIPTION = 'Newcomers to rides put up a dollar'
const domain = stringToHex('rides', { size: 32 })

describe('governance in the index', function () {
  this.timeout(60_000)
  let served: ServedMarket
  let governor: Address
  let directory: Address
  let proposal: [Hex[], bigint[], Hex[], string]
  /** Holds all votes at first. */
  const holder = account(0)

  before(async () => {
    served = await serveMarket()
    const { meshGovernor, meshToken, meshDirectory } = served.market.deployment.contracts
    governor = meshGovernor as Address
    directory = meshDirectory
    await served.market.send(holder, meshToken as Address, meshTokenAbi, 'delegate', [holder.address])
    const data = encodeFunctionData({
      abi: meshDirectoryAbi,
      functionName: 'setAdmission',
      args: [domain, { minStake: 1_000_000n, minReputation: 1_000 }],
    })
    proposal = [[directory], [0n], [data], DESCRIPTION]
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  async function get(path: string) {
    await served.caughtUp()
    const { status, body } = await served.get(path)
    expect(status, path).to.equal(200)
    return body.data
  }
  const call = (functionName: string, args: unknown[]) =>
    served.market.send(holder, governor, meshGovernorAbi, functionName, args)
  const newest = async () => (await get('/v1/governance/proposals'))[0]

  it('shows what the directory began with, as it says it', async () => {
    const all = await get('/v1/governance/parameters?limit=200')
    const [spam] = await get('/v1/governance/parameters?kind=spam')
    const { client } = served.market
    const rules = await client.readContract({
      ...{ address: directory, abi: meshDirectoryAbi, functionName: 'spamRules' },
    })
    expect(spam).to.include({ name: '', version: 0 })
    expect(spam.value).to.deep.equal(rules)
    const contracts = all.filter((row: { kind: string }) => row.kind === 'contract')
    expect(contracts.length).to.be.greaterThan(3)
    for (const { name, version, value } of contracts) {
      const [location, number] = await client.readContract({
        address: directory,
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
    await call('propose', proposal)
    const made = await newest()
    expect(made).to.include({ status: 'pending', description: DESCRIPTION, proposer: holder.address })
    expect(made.actions).to.deep.equal([{ target: directory, value: '0', calldata: proposal[2][0] }])
    const { proposalId } = made

    await market.pass(VOTING.votingDelay + 1)
    expect((await newest()).status).to.equal('active')
    await call('castVoteWithReason', [BigInt(proposalId), 1, 'so be it'])
    const [vote, ...others] = await get(`/v1/governance/proposals/${proposalId}/votes`)
    expect(others).to.deep.equal([])
    expect(vote).to.include({ voter: holder.address, support: 'for', reason: 'so be it' })
    const [against, inFavour, abstain] = await market.client.readContract({
      address: governor,
      abi: meshGovernorAbi,
      functionName: 'proposalVotes',
      args: [BigInt(proposalId)],
    })
    expect(await newest()).to.include({
      ...{ votesFor: String(inFavour), votesAgainst: String(against), votesAbstain: String(abstain) },
      voters: 1,
    })

    await market.pass(VOTING.votingPeriod + VOTING.voteExtension)
    expect((await newest()).status).to.equal('ended')
    const hashed = [...proposal.slice(0, 3), keccak256(stringToHex(DESCRIPTION))]
    await call('queue', hashed)
    const queued = await newest()
    expect(queued.status).to.equal('queued')
    const now = Number(await market.now())
    await market.pass(Number(queued.eta) - now + 1)
    await call('execute', hashed)
    expect((await newest()).status).to.equal('executed')
    const [admission] = await get('/v1/governance/parameters?kind=admission')
    expect(admission).to.include({ name: 'rides' })
    expect(admission.value).to.deep.equal({ minStake: '1000000', minReputation: 1_000 })
  })

  it('shows a proposal that was taken back', async () => {
    const [targets, values, calldatas] = proposal
    const again = [targets, values, calldatas, 'again']
    await call('propose', again)
    await call('cancel', [targets, values, calldatas, keccak256(stringToHex('again'))])
    expect(await newest()).to.include({ status: 'canceled', description: 'again' })
  })
})
