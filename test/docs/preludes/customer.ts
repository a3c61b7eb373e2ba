// An agent with money, in a market where others sell answers and knowledge.
import { type Attribute, Library, MeshNetwork } from '@mesh/sdk'
import { enrol, init, rateAt, rowsOf } from './provider.ts'

const price = { name: 'price', type: 'range', min: 20_000n, max: 20_000n } as const
const pair = { name: 'pair', type: 'set', values: ['EUR/USD'] } satisfies Attribute
const provider = new MeshNetwork({ ...init, capabilities: [{ name: 'data.fx', attributes: [pair, price] }] })
const researcher = new MeshNetwork({ ...init, capabilities: [{ name: 'data.load', attributes: [price] }] })
const textOf = (question: Uint8Array) => new TextDecoder().decode(question)
provider.serve('data.fx', (question) => rateAt(textOf(question)), { ttl: 3600n })
researcher.serveKnowledge(
  'data.load',
  (question) => ({ kind: 'dataset', contentType: 'text/csv', body: rowsOf(textOf(question)) }),
  { ttl: 86_400n, licence: 'CC-BY-4.0', reuse: 'resale' },
)
await enrol(provider)
await enrol(researcher)

export const network = new MeshNetwork({
  ...init,
  bootstrapPeers: [...provider.endpoints, ...researcher.endpoints],
  capabilities: ['facts.energy'],
})
await enrol(network)
export const library = new Library()
library.add('Home 2 has 5 kWp of solar panels.', 'a report')
