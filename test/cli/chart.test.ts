import { expect } from 'chai'
import { type Panel, pageOf, svgOf } from '../../cli/replay/chart.ts'

describe('the chart of a report', () => {
  const panel = (behind: number[], before: number[], line: (number | undefined)[]): Panel => ({
    caption: 'energy',
    labels: ['1', '2'],
    titles: ['first', 'second'],
    pale: [true, false],
    bars: {
      unit: 'Wh',
      format: String,
      series: [
        { name: 'possible', values: behind, colour: 'grey' },
        { name: 'traded', values: before, colour: 'blue' },
      ],
    },
    line: {
      name: 'price',
      unit: 'per kWh',
      format: (value) => value.toFixed(1),
      values: line,
      colour: 'red',
    },
  })
  const names = (svg: string) => [...svg.matchAll(/<\/tspan> (\w+)/g)].map(([, name]) => name)
  /** Heights of the points of the line. */
  const points = (svg: string) =>
    [...svg.matchAll(/points="([^"]+)"/g)].flatMap(([, text = '']) =>
      text.split(' ').map((point) => Number(point.split(',')[1])),
    )

  it('names the colours that are seen, no others', () => {
    expect(names(svgOf('t', [panel([3, 4], [3, 1], [1, 2])]))).to.deep.equal(['possible', 'traded', 'price'])
    expect(names(svgOf('t', [panel([3, 4], [3, 4], [1, undefined])]))).to.deep.equal(['traded', 'price'])
    expect(names(svgOf('t', [panel([3, 4], [0, 0], [undefined, undefined])]))).to.deep.equal(['possible'])
  })

  it('has round ticks on both sides, a zero for prices below it, and a line within the frame', () => {
    const svg = svgOf('t', [panel([900, 730], [1, 1], [-0.05, 0.31])])
    for (const tick of ['0', '250', '500', '750', '1000', '-0.1', '0.0', '0.1', '0.4']) {
      expect(svg).to.include(`>${tick}</text>`)
    }
    expect(svg.match(/stroke-dasharray/g)).to.have.length(1)
    expect(svgOf('t', [panel([1, 1], [1, 1], [0, 0.3])])).to.not.include('stroke-dasharray')
    for (const height of points(svgOf('t', [panel([1, 1], [1, 1], [0, 0.4])]))) {
      expect(height).to.be.within(28 + 52 + 8, 28 + 320 - 28 - 8)
    }
  })

  it('shows columns of a part of their time pale', () => {
    expect(svgOf('t', [panel([1, 1], [1, 1], [])]).match(/<g opacity="0.5">/g)).to.have.length(1)
  })

  it("has the table of homes on its page, the user's own bold, and nothing of them as markup", () => {
    const table = {
      head: ['home', 'saved'],
      rows: [
        ['<mine>', '1.5'],
        ['other', '-2.0'],
      ],
      own: 1,
    }
    const page = pageOf('t', '', [['saved', '1']], table)
    expect(page).to.include('<tr style="font-weight: bold"><td align="left">&#60;mine&#62;</td>')
    expect(page).to.include('<tr><td align="left">other</td><td align="right">-2.0</td></tr>')
  })
})
