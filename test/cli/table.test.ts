import { expect } from 'chai'
import { counted, energy, money, percent, pricePerKWh, signedEnergy } from '../../cli/format.ts'
import { table } from '../../cli/table.ts'

describe('table', () => {
  it('aligns cells and leaves no blanks at the end of a line', () => {
    const rows = [
      ['home', 'Wh', 'note'],
      ['a', '1,234', ''],
      ['bc', '5', 'x'],
    ]
    expect(table(rows, ['left', 'right', 'left'])).to.equal('home     Wh  note\na     1,234\nbc        5  x')
  })

  it('lays out more rows than a call takes arguments', () => {
    const rows = Array.from({ length: 200_000 }, () => ['a', '1'])
    expect(table([...rows, ['ab', '12']], ['left', 'right'])).to.match(/\na {4}1\nab {2}12$/)
  })

  it('does not count colours', () => {
    const rows = [
      ['\u001b[1mab\u001b[22m', 'c'],
      ['a', 'c'],
    ]
    expect(table(rows, ['left', 'left'])).to.equal('\u001b[1mab\u001b[22m  c\na   c')
  })
})

describe('figures', () => {
  it('are written as people read them', () => {
    expect(energy(1_234_567)).to.equal('1,234,567')
    expect(['signed', signedEnergy(5), signedEnergy(-1_000), signedEnergy(0)]).to.deep.equal([
      'signed',
      '+5',
      '-1,000',
      '',
    ])
    expect([0, 1, 2, 1_234].map((count) => counted(count, 'slot'))).to.deep.equal([
      '0 slots',
      '1 slot',
      '2 slots',
      '1,234 slots',
    ])
    expect(money(-1_234_567n)).to.equal('-1.2346')
    expect(percent(0.157739)).to.equal('15.8%')
    expect(pricePerKWh(47_500n, 250)).to.equal(190_000n)
    expect(pricePerKWh(0n, 0)).to.equal(undefined)
  })
})
