import { expect } from 'chai'
import type { Account } from '../../../agent/account.ts'
import { NOBODY } from '../../../agent/chain/actions/standing.ts'
import type { ChainClient } from '../../../agent/chain/client.ts'
import { Standings } from '../../../agent/chain/standings.ts'
import type { Address } from '../../../protocol/types.ts'
import { governance } from '../../e2e/support/governance.ts'
import type { Relay, RpcCall } from '../../indexer/support/relay.ts'
import { type StakedAgent, startStakedAgent } from '../support/staked-agent.ts'
import { temporaryPaths } from '../support/temporary.ts'

const stranger = (index: number): Address => `0x${(index + 1).toString(16).padStart(40, '0')}`

describe('Standings', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let agent: StakedAgent
  let relay: Relay
  let chain: ChainClient
  let account: Account
  let address: Address
  let agentId: bigint
  let standings: Standings
  let errors: unknown[]
  let calls: RpcCall[]

  before(async () => {
    agent = await startStakedAgent(path('chain.log'))
    ;({ relay, chain, account, agentId } = agent)
    address = agent.identity.address
  })
  beforeEach(() => {
    errors = []
    calls = []
    relay.down = false
    relay.before = async (sent) => void calls.push(...sent)
    standings = new Standings({ chain, report: (error) => errors.push(error), interval: 10_000 })
  })
  afterEach(() => standings.stop())
  after(() => agent.stop())

  it('tell stake, score and ban of the agent that a key speaks for, and nothing of a key without one', async () => {
    expect(await standings.of(address)).to.deep.equal({
      agentId,
      freeStake: 700n,
      // The prior of an agent without history.
      score: 5n * 10n ** 17n,
      feedbacks: 0,
      settledVolume: 0n,
      isBanned: false,
    })
    expect(await standings.of(stranger(0))).to.equal(NOBODY)
  })

  it('ask about many at once by few calls, and about one that is asked for often once', async () => {
    const wallets = Array.from({ length: 50 }, (_, index) => stranger(index))
    await Promise.all([...wallets, ...wallets].map((wallet) => standings.of(wallet)))
    await standings.of(stranger(7))
    expect(calls.map(({ method }) => method)).to.deep.equal(['eth_call'])
  })

  it('stay as they were while the chain is away, and a stranger is nobody then', async () => {
    const known = await standings.of(address)
    relay.down = true
    expect(await standings.of(stranger(1))).to.equal(NOBODY)
    expect(await standings.of(address)).to.equal(known)
    expect(await standings.fresh(address)).to.equal(known)
    expect(errors, 'and that is said once').to.have.length(1)
  })

  it('bound how many strangers are asked about at a time', async () => {
    const released = Promise.withResolvers<void>()
    relay.before = () => released.promise
    const asked = Array.from({ length: 513 }, (_, index) => standings.of(stranger(index)))
    const error = await asked.at(-1)?.catch((caught: unknown) => caught)
    expect(error).to.include({ name: 'RefusedError', code: 'TOO_MANY_STRANGERS' })
    released.resolve()
    expect(await Promise.all(asked.slice(0, 512))).to.have.length(512)
  })

  it('have room for others, however many strangers one peer passes on', async () => {
    await standings.of(address)
    const released = Promise.withResolvers<void>()
    relay.before = () => released.promise
    const asked = Array.from({ length: 40 }, (_, index) =>
      standings.of(stranger(index), 'loud').catch((error: unknown) => (error as { code?: string }).code),
    )
    const others = [
      standings.of(stranger(100), 'other'),
      standings.fresh(stranger(101)),
      standings.of(address, 'loud'),
    ]
    released.resolve()
    const codes = await Promise.all(asked)
    expect(codes.filter((code) => code === 'TOO_MANY_STRANGERS')).to.have.length(8)
    expect(await Promise.all(others)).to.have.length(3)
    expect(await standings.of(stranger(200), 'loud'), 'its share is free again').to.equal(NOBODY)
  })

  it('tell of a ban to whoever asks for what is fresh', async () => {
    expect((await standings.of(address)).isBanned).to.equal(false)
    const govern = governance(agent.rpcUrl, chain.deployment)
    await govern('ban', [agentId, `0x${'11'.repeat(32)}`, 'ipfs://evidence'])
    expect((await standings.of(address)).isBanned, 'not asked again so soon').to.equal(false)
    while (!(await standings.fresh(address)).isBanned)
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await standings.of(address)).isBanned).to.equal(true)
  })

  it('learn of more stake by themselves, when they are three intervals old', async () => {
    const often = new Standings({ chain, report: (error) => errors.push(error), interval: 200 })
    expect((await often.of(address)).freeStake).to.equal(700n)
    await account.ensureStake(800n)
    calls = []
    while ((await often.of(address)).freeStake === 700n)
      await new Promise((resolve) => setTimeout(resolve, 50))
    // Who the agent is, and then what it has.
    expect(calls, 'and ask once').to.have.length(2)
    often.stop()
  }).timeout(20_000)

  it('ask about a known agent however many strangers come, and forget none for them', async () => {
    standings.stop()
    standings = new Standings({ chain, report: (error) => errors.push(error), interval: 1 })
    await standings.of(address)
    const gate = Promise.withResolvers<void>()
    relay.before = () => gate.promise
    const crowd = Array.from({ length: 512 }, (_, index) => standings.of(stranger(index)))
    const refused = await standings.of(stranger(512)).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'TOO_MANY_STRANGERS' })
    const known = standings.fresh(address)
    gate.resolve()
    expect((await known).agentId).to.equal(agentId)
    await Promise.all(crowd)

    for (let from = 512; from < 10_500; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => standings.of(stranger(from + index))))
    }
    relay.down = true
    expect((await standings.fresh(address)).agentId, 'the chain is away').to.equal(agentId)
  })
})
