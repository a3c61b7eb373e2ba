import { expect } from 'chai'
import { cellToParent } from 'h3-js'
import { keccak256, stringToHex } from 'viem'
import { capabilityOf } from '../../protocol/capability.ts'
import type { CapabilityRecord } from '../../protocol/types.ts'
import { answer, askValidator, rate, remark, takeBack, validate } from './support/feedback.ts'
import { onServedMarket } from './support/on-served-market.ts'

const HALF = String(5n * 10n ** 17n)
const [HOME, ELSEWHERE] = ['871f8d099ffffff', '871fae6e2ffffff']

onServedMarket('agents by what is said of them', (served) => {
  const idsOf = async (query: string) =>
    (await served.read(`/v1/agents?${query}`)).data.map((row: { agentId: string }) => row.agentId)

  it('begins with the prior, and moves the score by what is settled alone', async () => {
    const { market, buyer, seller } = served
    expect((await served.read('/v1/agents/2')).data.reputation).to.deep.equal({
      score: HALF,
      counted: 0,
      feedbacks: 0,
    })
    await remark(market, buyer, 2n)
    expect((await served.read('/v1/agents/2')).data.reputation).to.deep.equal({
      score: HALF,
      counted: 0,
      feedbacks: 1,
    })

    // A fee above what one owner counts for: 0.1 dollars of a prior of one.
    const good = await market.trade(buyer, seller, { quantity: 1_000_000n })
    await rate(market, buyer, good, 100n)
    const { reputation } = (await served.read('/v1/agents/2')).data
    const expected = ((100_000n * 10_000n + 1_000_000n * 5_000n) * 10n ** 18n) / (1_100_000n * 10_000n)
    expect(reputation).to.deep.equal({ score: String(expected), counted: 1, feedbacks: 2 })
    expect(await idsOf('minReputation=0.54')).to.deep.equal(['2'])
    expect(await idsOf('minReputation=0.5')).to.deep.equal(['2', '1'])
    expect(await idsOf('minReputation=0.9')).to.deep.equal([])
  })

  it('lists feedback with what stands behind it, answers, and what was taken back', async () => {
    const { market, buyer, seller } = served
    await answer(market, seller, { agentId: 2n, client: buyer.address, index: 2n })
    const { data } = await served.read('/v1/agents/2/feedback')
    expect(data.map((row: { index: string }) => row.index)).to.deep.equal(['2', '1'])
    expect(data[0]).to.include({ client: buyer.address, value: '100', rating: 10_000, weight: '100000' })
    expect(data[0]).to.include({ responses: 1, revoked: false, owner: buyer.address })
    expect(data[1]).to.include({ agreement: null, rating: null, decimals: 1 })
    const settled = (await served.read('/v1/agents/2/feedback?settled=true')).data
    expect(settled).to.deep.equal([data[0]])
    const trade = (await served.read('/v1/trades?limit=1')).data[0]
    expect(data[0].agreement).to.equal(trade.id)

    await takeBack(market, buyer, 2n, 2n)
    expect((await served.read('/v1/agents/2/feedback')).data[0].revoked).to.equal(true)
    expect((await served.read('/v1/agents/2')).data.reputation).to.deep.equal({
      score: HALF,
      counted: 0,
      feedbacks: 1,
    })
  })

  it('takes in tags that a database refuses, and such as are too long', async () => {
    const { market, buyer } = served
    await remark(market, buyer, 2n, { tag1: 'a\0b' })
    await remark(market, buyer, 2n, { tag1: 'x'.repeat(9_000) })
    const [long, nul] = (await served.read('/v1/agents/2/feedback')).data
    expect([long.tag1, nul.tag1]).to.deep.equal([null, 'a\uFFFDb'])
  })

  it('lists what validators were asked and answered', async () => {
    const { market, buyer, seller } = served
    const requestHash = keccak256(stringToHex('check this'))
    await askValidator(market, seller, buyer, 2n, requestHash)
    const [asked] = (await served.read('/v1/agents/2/validations')).data
    expect(asked).to.include({ requestHash, validator: buyer.address, response: null, answeredAt: null })
    await validate(market, buyer, requestHash, 80)
    const [answered] = (await served.read('/v1/agents/2/validations')).data
    expect(answered).to.include({ response: 80, tag: 'kyc' })
  })

  it('finds agents by words of their registration: of a file in the URI by name and description', async () => {
    const { market, buyer } = served
    const file = JSON.stringify({
      name: 'Grüne Straße',
      description: 'Solar power from the roof',
      x: 'nothing',
    })
    const base64 = Buffer.from(file).toString('base64')
    const first = await market.register(buyer, `data:application/json;base64,${base64}`)
    const second = await market.register(buyer, `data:application/json,${encodeURIComponent(file)}`)
    const broken = await market.register(buyer, 'data:application/json;base64,%%%')
    for (const text of ['solar', 'SOLAR roof', 'grün', 'stra', 'power%20pow']) {
      const ids = await idsOf(`text=${encodeURIComponent(decodeURIComponent(text))}`)
      expect(ids, text).to.deep.equal([String(second), String(first)])
    }
    expect(await idsOf('text=nothing')).to.deep.equal([])
    expect(await idsOf('text=agents.example')).to.deep.equal(['2', '1'])
    expect((await served.read(`/v1/agents/${broken}`)).data.uri).to.match(/%%%$/)
  })

  describe('by their capability records', () => {
    const record = (area: string, price: bigint): Partial<CapabilityRecord> => ({
      area,
      capabilities: [
        capabilityOf({
          name: 'energy.supply',
          attributes: [
            { name: 'price', type: 'range', min: price, max: price },
            { name: 'source', type: 'set', values: ['solar', 'wind'] },
          ],
        }),
      ],
    })

    before(async () => {
      const { mesh, buyer, seller } = served
      mesh.capability(buyer, record(HOME, 100_000n))
      mesh.capability(seller, { agentId: 2n, ...record(ELSEWHERE, 200_000n) })
      const deadline = AbortSignal.timeout(10_000)
      while ((await idsOf('capability=energy.supply')).length < 2) deadline.throwIfAborted()
    })

    it('shows them whole, as they were signed', async () => {
      const { capability } = (await served.read('/v1/agents/1')).data
      expect(capability.capabilities).to.deep.equal([
        {
          name: 'energy.supply',
          version: '',
          model: '',
          attributes: [
            { name: 'price', type: 'range', min: '100000', max: '100000' },
            { name: 'source', type: 'set', values: ['solar', 'wind'] },
          ],
        },
      ])
    })

    it('finds them by name and by area, around it too', async () => {
      expect(await idsOf('capability=ride.drive')).to.deep.equal([])
      expect(await idsOf(`area=${HOME}`)).to.deep.equal(['1'])
      expect(await idsOf(`area=${cellToParent(HOME, 5)}`)).to.deep.equal(['1'])
      expect(await idsOf(`area=${ELSEWHERE}&capability=energy.supply`)).to.deep.equal(['2'])
    })

    it('finds them by the query that agents are asked', async () => {
      const cases: [string, string[]][] = [
        ['energy.supply', ['2', '1']],
        ['energy.supply where price <= 150000', ['1']],
        ['energy.supply where source has (solar, wind) and price >= 150000', ['2']],
        ['energy.supply where source = coal', []],
        ['energy.supply where stake >= 1', ['2', '1']],
        ['energy.supply where stake >= 600000000000', []],
        ['energy.supply where reputation >= 0.5001', []],
        [`energy.supply within 5 km of ${HOME}`, ['1']],
        ['energy.supply, ride.drive', []],
      ]
      for (const [query, ids] of cases) {
        expect(await idsOf(`query=${encodeURIComponent(query)}`), query).to.deep.equal(ids)
      }
      const first = await served.read(`/v1/agents?query=energy.supply&limit=1`)
      expect(first.data).to.have.lengthOf(1)
      const rest = await served.read(`/v1/agents?query=energy.supply&limit=1&cursor=${first.page.nextCursor}`)
      expect(rest.data[0].agentId).to.equal('1')
      expect(rest.page.nextCursor).to.equal(null)
    })

    it('refuses a query that it cannot read, and one that needs a place or has a limit of its own', async () => {
      for (const query of ['energy.supply where', 'energy.supply limit 3', 'energy.supply within 5 km']) {
        const { status, body } = await served.get(`/v1/agents?query=${encodeURIComponent(query)}`)
        expect([status, body.field], query).to.deep.equal([400, 'query'])
        expect(body.expected).to.be.a('string')
      }
    })
  })
})
