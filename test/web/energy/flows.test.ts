import { expect } from 'chai'
import fc from 'fast-check'
import { layoutFlows } from '../../../web/views/energy/flow-layout.ts'
import { buys, linksOf, matrixOf, OTHERS, sells } from '../../../web/views/energy/flow-links.ts'
import { HOUSE } from '../../../web/views/energy/model.ts'

const OPTIONS = { width: 400, height: 300, thickness: 8, room: 20, gap: 6 }
const name = (account: string) => account
const home = fc.integer({ min: 0, max: 15 }).map((index) => `home-${index}`)
const flow = fc.record({ seller: home, buyer: home, wh: fc.bigInt({ min: 0n, max: 5_000n }) })

describe('flows of energy', () => {
  it('are added up by seller and buyer, who stand in the order of their names', () => {
    const flows = [
      { seller: 'home-10', buyer: 'home-2', wh: 5n },
      { seller: 'home-9', buyer: 'home-2', wh: 1n },
      { seller: 'home-10', buyer: 'home-2', wh: 7n },
      { seller: 'home-2', buyer: 'home-9', wh: 0n },
    ]
    const { columns, links } = linksOf(flows, name, 24)
    expect(columns).to.deep.equal([[sells('home-9'), sells('home-10')], [buys('home-2')]])
    expect(links).to.deep.equal([
      { from: sells('home-10'), to: buys('home-2'), wh: 12 },
      { from: sells('home-9'), to: buys('home-2'), wh: 1 },
    ])
    expect(matrixOf(flows).get('home-10')?.get('home-2')).to.equal(12n)
  })

  it('run through the clearing house where there is one', () => {
    const { columns } = linksOf(
      [
        { seller: 'a', buyer: HOUSE, wh: 5n },
        { seller: HOUSE, buyer: 'b', wh: 5n },
      ],
      name,
      24,
    )
    expect(columns).to.deep.equal([[sells('a')], [HOUSE], [buys('b')]])
  })

  it('lose no energy when the smallest homes are drawn as one', () => {
    fc.assert(
      fc.property(fc.array(flow, { minLength: 1 }), fc.integer({ min: 2, max: 20 }), (flows, max) => {
        const { columns, links } = linksOf(flows, name, max)
        for (const ids of columns) expect(ids.length).to.be.at.most(max)
        const all = flows.reduce((sum, { wh }) => sum + Number(wh), 0)
        expect(links.reduce((sum, { wh }) => sum + wh, 0)).to.equal(all)
        const sellers = new Set(flows.filter(({ wh }) => wh > 0n).map(({ seller }) => seller))
        expect(columns[0]?.includes(sells(OTHERS))).to.equal(sellers.size > max)
      }),
    )
  })

  it('are laid out in proportion to energy, and no two homes of a side overlap', () => {
    fc.assert(
      fc.property(fc.array(flow, { minLength: 1 }), (flows) => {
        const { columns, links } = linksOf(flows, name, 24)
        const { nodes, ribbons, height } = layoutFlows(columns, links, OPTIONS)
        expect(ribbons).to.have.lengthOf(links.length)
        for (const column of columns.keys()) {
          const side = nodes.filter((node) => node.column === column).sort((a, b) => a.y - b.y)
          for (const [place, node] of side.entries()) {
            const next = side[place + 1]
            const middle = (of: typeof node) => of.y + of.height / 2
            if (next) {
              expect(node.y + node.height).to.be.below(next.y)
              expect(middle(next) - middle(node)).to.be.at.least(OPTIONS.room - 1e-6)
            }
            expect(node.y).to.be.at.least(0)
            expect(node.y + node.height).to.be.at.most(height + 1e-6)
          }
        }
        const scales = nodes.map((node) => node.height / node.wh)
        if (scales.length > 0) expect(Math.max(...scales) - Math.min(...scales)).to.be.below(1e-9)
      }),
    )
  })

  it('refuse a link that leads nowhere, or has no energy', () => {
    const layout = (link: { from: string; to: string; wh: number }) => () =>
      layoutFlows([['a'], ['b']], [link], OPTIONS)
    expect(layout({ from: 'b', to: 'a', wh: 1 })).to.throw(RangeError, 'next column')
    expect(layout({ from: 'a', to: 'c', wh: 1 })).to.throw(RangeError, 'next column')
    expect(layout({ from: 'a', to: 'b', wh: Number.NaN })).to.throw(RangeError, 'NaN Wh')
    expect(layoutFlows([[], []], [], OPTIONS)).to.deep.equal({ height: 0, nodes: [], ribbons: [] })
  })
})
