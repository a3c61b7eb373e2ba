import { expect } from 'chai'
import { type MembershipInit, membershipOf } from '../../agent/membership.ts'
import { serveDescriptor } from '../../agent/network/descriptor.ts'
import { CHAINLESS, parseDeployment } from '../../protocol/deployment.ts'
import { deployment } from '../e2e/support/deployment.ts'
import { temporaryNodes } from './support/nodes.ts'

const AREA = '871f8d099ffffff'
const network = {
  deployment: parseDeployment(deployment),
  rpcUrl: 'http://127.0.0.1:1',
  bootstrapPeers: [],
  area: AREA,
}

const settled = (init: MembershipInit) => membershipOf(init, AbortSignal.timeout(20_000))
const refusal = (init: MembershipInit) => settled(init).catch((error: unknown) => error)

describe('membershipOf', function () {
  this.timeout(30_000)
  const start = temporaryNodes()

  it('is what the agent was told, bootstrap peers of its own included', async () => {
    const peers = ['/ip4/127.0.0.1/tcp/1/p2p/16Uiu2HAm1', '/ip4/127.0.0.1/tcp/2/p2p/16Uiu2HAm2']
    const told = { ...network, bootstrapPeers: [...peers] }
    const membership = await settled({ network: told, bootstrapPeers: peers.slice(0, 1), radius: 5 })
    expect(membership).to.deep.equal({
      id: network.deployment,
      deployment: network.deployment,
      rpcUrl: network.rpcUrl,
      bootstrapPeers: peers,
      area: AREA,
      radius: 5,
    })
  })

  it('is that of a deployment as it stands in the file of one, where the agent says the rest', async () => {
    const written = JSON.parse(JSON.stringify(network.deployment))
    const { rpcUrl } = network
    const bootstrapPeers = ['/ip4/127.0.0.1/tcp/1/p2p/16Uiu2HAm1']
    const bare = await settled({ network: written })
    expect(bare).to.deep.equal({
      id: network.deployment,
      deployment: network.deployment,
      rpcUrl: undefined,
      bootstrapPeers: [],
      area: '',
      radius: 0,
    })
    const whole = { ...bare, rpcUrl, bootstrapPeers, area: AREA }
    expect(await settled({ network: written, rpcUrl, bootstrapPeers, area: AREA })).to.deep.equal(whole)
    expect(
      await settled({ network: { deployment: written, rpcUrl, area: AREA }, bootstrapPeers }),
    ).to.deep.equal(whole)
    const { salt, ...unsalted } = written
    expect(await refusal({ network: unsalted })).to.include({ code: 'DEPLOYMENT_INVALID', field: 'salt' })
  })

  it('prefers the agent’s own chain and area', async () => {
    const { rpcUrl, area } = await settled({ network, rpcUrl: 'http://127.0.0.1:2', area: '' })
    expect([rpcUrl, area]).to.deep.equal(['http://127.0.0.1:2', ''])
  })

  it('is what a bootstrap peer says; its chain is the agent’s own affair', async () => {
    const node = await start()
    await serveDescriptor(node, network, () => true)
    const bootstrapPeers = node.getMultiaddrs().map(String)
    expect(await settled({ bootstrapPeers })).to.deep.equal({
      id: network.deployment,
      deployment: network.deployment,
      rpcUrl: undefined,
      bootstrapPeers,
      area: AREA,
      radius: 0,
    })
  })

  it('is the network of those who know of no chain, where nobody says otherwise', async () => {
    const node = await start()
    const bootstrapPeers = node.getMultiaddrs().map(String)
    const { id, deployment, area } = await settled({ bootstrapPeers })
    expect({ id, deployment, area }).to.deep.equal({ id: CHAINLESS, deployment: undefined, area: '' })
    const error = await refusal({ bootstrapPeers, rpcUrl: network.rpcUrl })
    expect(error).to.have.property('code', 'NETWORK_UNKNOWN')
  })

  it('needs somewhere to begin, and an area that is one', async () => {
    expect(await refusal({})).to.include({ code: 'NETWORK_MISSING', field: 'bootstrapPeers' })
    const error = await refusal({ network, area: 'Amsterdam' })
    expect(error).to.include({ code: 'AREA_INVALID', received: 'Amsterdam' })
  })
})
