import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type LocalChain, startChain } from '../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { openGasStation } from '../../community/gas-money.ts'
import type { HomeConfig } from '../../community/messages.ts'
import { Supervisor } from '../../community/supervisor.ts'
import { deploy } from '../../scripts/deploy.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('Supervisor', function () {
  this.timeout(180_000)
  const files = temporaryDirectory()
  const supervisors: Supervisor[] = []
  let chain: LocalChain

  before(async () => {
    chain = await startChain(files.path('chain.log'))
  })
  afterEach(
    async () => void (await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()))),
  )
  after(() => chain.stop())

  async function supervise(names: string[], processes: number, directory: string): Promise<Supervisor> {
    const deployment = await deploy({ rpcUrl: chain.rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY) })
    const homes: HomeConfig[] = names.map((name) => ({ name, strategy: { name: 'honest' } }))
    const supervisor = new Supervisor({
      homes,
      network: { deployment, rpcUrl: chain.rpcUrl, bootstrapPeers: [], area: '871f8d099ffffff' },
      surroundings: {
        directory: files.path(directory),
        mdns: false,
        limits: { low: 80_000n, high: 300_000n },
        settleWithin: 60,
      },
      logs: files.path(`${directory}-logs`),
      processes,
      giveGasMoney: await openGasStation(chain.rpcUrl),
    })
    supervisors.push(supervisor)
    return supervisor
  }

  it('spreads homes evenly and has each join with an identity, stake and gas money of its own', async () => {
    const supervisor = await supervise(['a', 'b', 'c', 'd', 'e'], 2, 'even')
    await supervisor.bootstrap()
    expect([...supervisor.members.keys()].sort()).to.deep.equal(['a', 'd'])
    await supervisor.joinOthers()
    const members = [...supervisor.members.values()]
    expect(members.map(({ home }) => home).sort()).to.deep.equal(['a', 'b', 'c', 'd', 'e'])
    expect(new Set(members.map(({ agentId }) => agentId)).size).to.equal(5)
    const client = createPublicClient({ transport: http(chain.rpcUrl) })
    for (const { address } of members)
      expect(Number(await client.getBalance({ address }))).to.be.greaterThan(1e18)
    expect(supervisor.pids).to.have.length(2)
    const { bootstrapPeers } = supervisor.network
    expect(bootstrapPeers.every((peer) => peer.includes('/p2p/'))).to.equal(true)
    expect(
      bootstrapPeers.filter((peer) => peer.includes('/ws/')),
      'one that pages reach for each',
    ).to.have.length(2)
  })

  it('starts a process again that dies while its homes join', async () => {
    const supervisor = await supervise(['a', 'b', 'c', 'd'], 2, 'dying')
    const notices: string[] = []
    supervisor.events.on('notice', (notice) => notices.push(notice))
    await supervisor.bootstrap()
    const before = supervisor.members.get('c')
    process.kill(supervisor.pids[1] ?? 0, 'SIGKILL')
    await supervisor.joinOthers()
    expect(supervisor.members.size).to.equal(4)
    expect(notices.join('\n')).to.include('homes-2').and.include('Trying again')
    // Its key was on disk: it is the same agent, at another endpoint.
    const after = supervisor.members.get('c')
    expect(after).to.include({ address: before?.address, agentId: before?.agentId })
    expect(after?.endpoints).to.not.deep.equal(before?.endpoints)
  })

  it('says which home cannot join and where to read more, and leaves no process', async () => {
    files.write('broken-key', '')
    const supervisor = await supervise(['a', 'b'], 2, 'broken-key')
    const error = await supervisor.bootstrap().catch((caught: unknown) => caught)
    expect(error).to.be.instanceOf(Error)
    expect((error as Error).message).to.include('homes-1.log')
    await supervisor.stop()
    expect(supervisor.pids).to.deep.equal([])
  })
})
