import { expect, loadFixture } from '../base.ts'
import { give, type Rated, rated } from './fixture.ts'

/** The buyer's first and third, and one of the stranger between them; the third was taken back. */
async function given() {
  const d: Rated = await rated()
  await give(d, d.buyer, { value: 1n, decimals: 0n, tag1: 'a', tag2: 'x' })
  await give(d, d.stranger, { value: 2n, decimals: 1n, tag1: 'a', tag2: 'y' })
  await give(d, d.buyer, { value: 3n, decimals: 2n, tag1: 'b', tag2: 'y' })
  await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 2n)
  return d
}

interface Query {
  clients?: string[]
  tag1?: string
  tag2?: string
  includeRevoked?: boolean
}

async function read(d: Rated, { clients = [], tag1 = '', tag2 = '', includeRevoked = true }: Query = {}) {
  const lists = await d.reputation.readAllFeedback(d.agentId, clients, tag1, tag2, includeRevoked)
  return lists.map((list) => [...list])
}

const values = async (d: Rated, query: Query) => (await read(d, query))[2]

describe('ReputationRegistry: readAllFeedback', () => {
  it('reads everything, client by client', async () => {
    const d = await loadFixture(given)
    expect(await read(d)).to.deep.equal([
      [d.buyer.address, d.buyer.address, d.stranger.address],
      [1n, 2n, 1n],
      [1n, 3n, 2n],
      [0n, 2n, 1n],
      ['a', 'b', 'a'],
      ['x', 'y', 'y'],
      [false, true, false],
    ])
  })

  it('leaves out what was taken back unless it is asked for', async () => {
    const d = await loadFixture(given)
    expect(await values(d, { includeRevoked: false })).to.deep.equal([1n, 2n])
  })

  it('reads what certain clients said, in their order', async () => {
    const d = await loadFixture(given)
    expect(await values(d, { clients: [d.stranger.address] })).to.deep.equal([2n])
    expect(await values(d, { clients: [d.stranger.address, d.buyer.address] })).to.deep.equal([2n, 1n, 3n])
    expect(await values(d, { clients: [d.seller.address] })).to.deep.equal([])
  })

  it('reads what has certain tags', async () => {
    const d = await loadFixture(given)
    expect(await values(d, { tag1: 'a' })).to.deep.equal([1n, 2n])
    expect(await values(d, { tag2: 'y' })).to.deep.equal([3n, 2n])
    expect(await values(d, { tag1: 'b', tag2: 'y' })).to.deep.equal([3n])
    expect(await values(d, { tag1: 'x' })).to.deep.equal([])
    expect(await values(d, { tag1: 'a', tag2: 'unheard of' })).to.deep.equal([])
  })
})
