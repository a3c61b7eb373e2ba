/**
 * Edge nodes that fetch content by its digest from one another and bill the bytes: by the unit, paid as they come.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- content-routing      # in another
 */
import { createHash } from 'node:crypto'
import type { MeshNetwork } from '@mesh/sdk'
import { dollars, settleAll } from '../support/deals.ts'
import { answered, findAll, type Market, runInMarket } from '../support/program.ts'
import { cheapestFirst, UNIT, unitOf, unitsOf } from './metering.ts'

/** Asks what a node has, for nothing; and asks for a unit of it, for the node's price. */
const LOOKUP = 'content.lookup'
const UNITS = 'content.unit'
/** Most that a node pays for a unit, in minor units of the test dollar; and how many units it pays into escrow at a time. */
const [MOST, PAID_AHEAD] = [1_000n, 8]

/** Who serves contents, and buys what it lacks of the others. */
interface EdgeNode {
  readonly name: string
  readonly agent: MeshNetwork
  readonly store: Map<string, Uint8Array>
}

const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** Starts a node: it tells its price to all, and answers what it holds, unit by unit. */
async function startNode(market: Market, name: string, price: bigint): Promise<EdgeNode> {
  const told = { name: 'price', type: 'range', min: price, max: price } as const
  const capabilities = [LOOKUP, { name: UNITS, attributes: [told] }]
  const agent = await market.join(name, { capabilities }, { balance: 1_000_000n })
  const store = new Map<string, Uint8Array>()
  agent.serve(LOOKUP, (digest) => String(store.get(textOf(digest))?.length ?? 'missing'))
  // 'DIGEST NUMBER': what is not here is an error, and an error is not paid for.
  agent.serve(UNITS, (question) => {
    const [digest = '', number = ''] = textOf(question).split(' ')
    const unit = unitOf(store.get(digest) ?? new Uint8Array(), Number(number))
    if (unit.length === 0) throw new Error(`no unit ${number} of ${digest} here`)
    return unit
  })
  return { name, agent, store }
}

/** What other nodes have of a content, asked of all at once; who does not answer is passed over. */
async function routesTo(market: Market, { agent }: EdgeNode, others: readonly EdgeNode[], digest: string) {
  const agents = others.map((other) => other.agent)
  const records = await findAll(market, agent, UNITS, agents)
  const asked = records.map(async (at, index) => {
    const price = await agent.priceOf(at, { capability: UNITS })
    const { text } = await agent.request(at, digest, { capability: LOOKUP })
    const length = text === 'missing' ? undefined : Number(text)
    return { name: others[index]?.name ?? '', at, price, length }
  })
  return answered(asked)
}

/** Has a content in a node's store: from the cheapest of the others that gives the right bytes. */
async function fetchContent(market: Market, node: EdgeNode, others: readonly EdgeNode[], digest: string) {
  for (const { name, at, price, length = 0 } of cheapestFirst(await routesTo(market, node, others, digest))) {
    const questions = Array.from({ length: unitsOf(length) }, (_, number) => `${digest} ${number}`)
    const options = { capability: UNITS, maxPrice: MOST, requests: PAID_AHEAD }
    const asked = questions.map((question) => node.agent.request(at, question, options))
    const units = await Promise.all(asked).catch(({ message }: Error) => console.log(`${name}: ${message}`))
    if (units === undefined) continue
    const content = Buffer.concat(units.map(({ body }) => body))
    if (digestOf(content) !== digest) {
      console.log(`${node.name} was given wrong bytes by ${name}, as its signatures show: the next is asked`)
      continue
    }
    node.store.set(digest, content)
    const bill = `${content.length} bytes, ${units.length} units of ${UNIT} at ${dollars(price)} each`
    return console.log(
      `${node.name} fetched ${digest.slice(0, 12)} from ${name}: ${bill}; the digest is right`,
    )
  }
  throw new Error(`Nobody gives ${node.name} the content ${digest}. Start a node that has it.`)
}

await runInMarket(async (market) => {
  // 1. An origin far away, which is dear, and three edges.
  const origin = await startNode(market, 'origin', 900n)
  const a = await startNode(market, 'edge-a', 200n)
  const b = await startNode(market, 'edge-b', 250n)
  const c = await startNode(market, 'edge-c', 300n)
  const nodes = [origin, a, b, c]
  const digests = [300_000, 50_000].map((bytes) => {
    const content = Buffer.alloc(bytes, `object of ${bytes} bytes. `)
    origin.store.set(digestOf(content), content)
    return digestOf(content)
  })

  // 2. Edges fetch what their clients ask for: the first time from the origin, then from whichever edge has it for less.
  const [large = '', small = ''] = digests
  for (const [node, digest] of [
    [a, large],
    [b, large],
    [c, large],
    [c, small],
  ] as const) {
    await fetchContent(
      market,
      node,
      nodes.filter((other) => other !== node),
      digest,
    )
  }

  // 3. Each provider is paid on chain for the units that came, and the rest of what was paid ahead comes back.
  await settleAll(market, nodes, 'units')
})
