import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { temporaryNodes } from '../agent/support/nodes.ts'
import { until } from '../agent/support/until.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { scrape } from '../indexer/support/scrape.ts'
import { mesh, startMesh } from './mesh.ts'

const LOCAL = ['--host', '127.0.0.1', '--port', '0', '--stun-port', '0']

describe('mesh relay', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const start = temporaryNodes()

  async function run(...args: string[]) {
    const child = startMesh(files.path('.'), ['relay', ...LOCAL, ...args])
    const exited = once(child, 'exit')
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    return { child, exited, line }
  }

  it('prints as JSON where it is, serves, keeps its peer id, and ends at a signal', async () => {
    const { child, exited, line } = await run('--json')
    const { peerId, multiaddrs, stunServers } = JSON.parse(line)
    expect(multiaddrs.map((address: string) => address.replace(/\d{4,5}/, 'PORT'))).to.deep.equal([
      `/ip4/127.0.0.1/udp/PORT/quic-v1/p2p/${peerId}`,
      `/ip4/127.0.0.1/tcp/PORT/p2p/${peerId}`,
      `/ip4/127.0.0.1/tcp/PORT/ws/p2p/${peerId}`,
    ])
    expect(stunServers).to.have.length(1)
    expect(stunServers[0]).to.match(/^stun:127\.0\.0\.1:\d+$/)

    const hidden = await start({ listen: [], relays: multiaddrs.slice(0, 1), webrtc: false })
    await until(() => hidden.getMultiaddrs().length > 0)
    expect(String(hidden.getMultiaddrs()[0])).to.include(`/p2p/${peerId}/p2p-circuit/`)
    child.kill('SIGTERM')
    expect(await exited).to.deep.equal([143, null])

    const again = await run()
    expect(again.line)
      .to.match(/^relay {2}\/ip4\/127\.0\.0\.1\/udp\/\d+\/quic-v1\/p2p\//)
      .and.include(peerId)
    again.child.kill('SIGINT')
    expect(await again.exited).to.deep.equal([130, null])
    expect(await text(again.child.stderr)).to.equal('')
  })

  it('serves metrics where it is told to', async () => {
    const { child, exited, line } = await run('--json', '--metrics-port', '0')
    const { multiaddrs, metricsUrl } = JSON.parse(line)
    expect((await scrape(metricsUrl)).value('mesh_relay_reservations')).to.equal(0)
    const hidden = await start({ listen: [], relays: multiaddrs.slice(0, 1), webrtc: false })
    await until(() => hidden.getMultiaddrs().length > 0)
    const figures = await scrape(metricsUrl)
    expect(figures.value('mesh_relay_reservations')).to.equal(1)
    expect(figures.value('process_resident_memory_bytes')).to.be.greaterThan(1e6)
    child.kill('SIGTERM')
    expect(await exited).to.deep.equal([143, null])
  })

  it('says which setting is at fault when it cannot listen', async () => {
    const { code, stdout, stderr } = await mesh(files.path('.'), 'relay', '--host', '192.0.2.200')
    expect(stderr).to.include('192.0.2.200').and.include('Remedy:')
    expect(stdout).to.equal('')
    expect(code).to.equal(1)
  })
})
