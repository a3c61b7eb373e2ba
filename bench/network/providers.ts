import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { LISTEN, startNode } from './nodes.ts'
import { inMilliseconds, spreadOf } from './statistics.ts'

const NODES = 30
const SERVERS = 3
/** What is provided, each by another node, and looked for by as many others. */
const CONTENTS = 20
/** How long one look may take, in milliseconds. */
const TIMEOUT = 10_000

/** How long it takes until the DHT names the first provider, at thirty nodes of which three serve it. */
export async function providers() {
  const nodes = []
  for (let index = 0; index < NODES; index++) {
    const node = await startNode([LISTEN.QUIC], { dhtServer: index < SERVERS })
    const known = nodes.slice(0, SERVERS)
    await Promise.all(known.map((server) => node.dial(server.getMultiaddrs())))
    nodes.push(node)
  }
  const times = []
  for (let index = 0; index < CONTENTS; index++) {
    const cid = CID.createV1(raw.code, await sha256.digest(new TextEncoder().encode(`content ${index}`)))
    const [provider, seeker] = [nodes.at(-1 - index), nodes[SERVERS + ((index * 7) % (NODES - SERVERS))]]
    if (provider === undefined || seeker === undefined) continue
    const signal = AbortSignal.timeout(TIMEOUT)
    await provider.contentRouting.provide(cid, { signal })
    const start = performance.now()
    for await (const { id } of seeker.contentRouting.findProviders(cid, { signal })) {
      if (!id.equals(provider.peerId)) continue
      times.push(performance.now() - start)
      break
    }
  }
  await Promise.all(nodes.map((node) => node.stop()))
  return [
    {
      nodes: NODES,
      servers: SERVERS,
      found: `${times.length} of ${CONTENTS}`,
      ...inMilliseconds(spreadOf(times)),
    },
  ]
}
