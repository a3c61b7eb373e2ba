import { expect } from 'chai'
import { createPublicClient, http, stringToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { Directory } from '../../../agent/chain/directory.ts'
import { type LocalChain, startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { DEFAULT_RULES } from '../../../protocol/default-parameters.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import { admissionOf, quotaOf } from '../../../protocol/network-parameters.ts'
import { deploy } from '../../../scripts/deploy.ts'
import { type Govern, governance } from '../../e2e/support/governance.ts'
import { type Relay, type RpcCall, startRelay } from '../../indexer/support/relay.ts'
import { temporaryPaths } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const DAY = 86_400
/** How often a directory is read, in milliseconds. */
const INTERVAL = 200
const KEYS = {
  domains: ['energy'],
  topics: ['intents/energy'],
  protocols: [
    { name: 'negotiation', version: 1 },
    { name: 'gossip-of-later', version: 1 },
  ],
}

describe('Directory', function () {
  this.timeout(60_000)
  const path = temporaryPaths()
  let local: LocalChain
  let relay: Relay
  let deployment: Deployment
  let chain: ChainClient
  let govern: Govern
  let directory: Directory
  let errors: unknown[]

  before(async () => {
    local = await startChain(path('chain.log'))
    relay = await startRelay(local.rpcUrl)
    deployment = await deploy({ rpcUrl: local.rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY) })
    chain = await connectChain(relay.url, deployment)
    govern = governance(local.rpcUrl, deployment)
  })
  beforeEach(async () => {
    errors = []
    relay.before = async () => {}
    directory = new Directory({ chain, report: (error) => errors.push(error), interval: INTERVAL }, KEYS)
    await directory.start()
  })
  afterEach(() => directory.stop())
  after(async () => {
    relay.stop()
    await local.stop()
  })

  it('reads everything by one call, and so of one block', async () => {
    directory.stop()
    const calls: RpcCall[] = []
    relay.before = async (sent) => void calls.push(...sent)
    const reader = new Directory({ chain, report: (error) => errors.push(error), interval: INTERVAL }, KEYS)
    await reader.start()
    reader.stop()
    expect(calls.map(({ method }) => method)).to.deep.equal(['eth_call'])
    expect(reader.parameters).to.deep.equal({
      spam: DEFAULT_RULES.spamRules,
      admissions: { '': DEFAULT_RULES.admission, energy: DEFAULT_RULES.admission },
      quotas: { '': DEFAULT_RULES.quota, 'intents/energy': DEFAULT_RULES.quota },
      protocols: {
        'negotiation/1': { status: 'current', sunset: 0n, current: 1 },
        'gossip-of-later/1': { status: 'none', sunset: 0n, current: 0 },
      },
      escrow: 'current',
    })
  })

  it('tells what was decided for a domain and a topic of their own, and the default for all others', async () => {
    await govern('setAdmission', [stringToHex('ride', { size: 32 }), { minStake: 5n, minReputation: 7 }])
    await govern('setQuota', [stringToHex('intents/ride', { size: 32 }), { perMinute: 6, burst: 4 }])
    expect(admissionOf(directory.parameters, 'ride').minStake, 'not asked about').to.equal(0n)
    directory.follow('ride', 'intents/ride')
    await until(() => Object.hasOwn(directory.parameters.admissions, 'ride'))
    expect(admissionOf(directory.parameters, 'ride')).to.deep.equal({ minStake: 5n, minReputation: 7 })
    expect(quotaOf(directory.parameters, 'intents/ride')).to.deep.equal({ perMinute: 6, burst: 4 })
    expect(admissionOf(directory.parameters, 'energy').minStake).to.equal(0n)
    expect(admissionOf(directory.parameters, 'toString').minStake).to.equal(0n)
    const long = 'a domain with a name that is longer than the directory has room for'
    directory.follow(long, `intents/${long}`)
    directory.follow('query', 'intents/query')
    await until(() => Object.hasOwn(directory.parameters.admissions, 'query'))
    expect(errors).to.deep.equal([])
  })

  it('remembers for a while that larger messages were allowed', async () => {
    const { spam } = directory.parameters
    expect(directory.latelyAllowedBytes).to.equal(spam.maxMessageBytes)
    for (const maxMessageBytes of [8_192, 4_096]) {
      await govern('setSpamRules', [{ ...spam, maxMessageBytes }])
      await until(() => directory.parameters.spam.maxMessageBytes === maxMessageBytes)
      expect(directory.latelyAllowedBytes).to.equal(spam.maxMessageBytes)
    }
    await govern('setSpamRules', [{ ...spam, maxMessageBytes: 65_536 }])
    await until(() => directory.parameters.spam.maxMessageBytes === 65_536)
    expect(directory.latelyAllowedBytes).to.equal(65_536)
    await govern('setSpamRules', [spam])
    await until(() => directory.parameters.spam.maxMessageBytes === spam.maxMessageBytes)
  })

  it('tells of the sunset of a version, and which one is current instead', async () => {
    const name = stringToHex('negotiation', { size: 32 })
    const { timestamp } = await createPublicClient({ transport: http(local.rpcUrl) }).getBlock()
    const sunset = Number(timestamp) + 31 * DAY
    await govern('registerProtocol', [name])
    await govern('setProtocolSunset', [name, 1n, sunset])
    directory.follow('compute', 'intents/compute')
    await until(() => directory.parameters.protocols['negotiation/1']?.status === 'deprecated')
    expect(directory.parameters.protocols['negotiation/1']).to.deep.equal({
      status: 'deprecated',
      sunset: BigInt(sunset),
      current: 2,
    })
  })

  it('keeps what it knows while the chain is away, and reads on by itself when it is back', async () => {
    relay.down = true
    await until(() => errors.length > 0)
    const before = directory.parameters
    await govern('setSpamRules', [{ ...before.spam, maxIntentLife: 600 }])
    const failures = errors.length
    await until(() => errors.length > failures + 1)
    expect(directory.parameters).to.equal(before)
    relay.down = false
    await until(() => directory.parameters !== before)
    expect(directory.parameters.spam).to.deep.equal({ ...before.spam, maxIntentLife: 600 })
  })

  it('asks a chain that is slow no sooner than an interval after its answer', async () => {
    const askedAt: number[] = []
    let answerAt = 0
    relay.before = async () => {
      askedAt.push(performance.now())
      if (askedAt.length > 1) return
      await new Promise((resolve) => setTimeout(resolve, 5 * INTERVAL))
      answerAt = performance.now()
    }
    await until(() => askedAt.length > 2)
    const [, second = 0, third = 0] = askedAt
    // Timers keep whole milliseconds.
    expect(Math.min(second - answerAt, third - second)).to.be.at.least(INTERVAL - 2)
  })

  it('names the directory when there is none', async () => {
    const contracts = { ...deployment.contracts, meshDirectory: deployment.contracts.treasury }
    const elsewhere = { ...chain, deployment: { ...deployment, contracts } }
    const reader = new Directory({ chain: elsewhere, report: () => undefined, interval: INTERVAL }, KEYS)
    const error = await reader.start().catch((caught: unknown) => caught)
    expect(error).to.include({
      name: 'ChainError',
      code: 'DIRECTORY_UNREADABLE',
      received: deployment.contracts.treasury,
    })
  })
})
