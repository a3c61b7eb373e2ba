import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { answerTo, readHistory, timeOf } from '../../examples/data-service/history.ts'

const FILE = new URL('../../examples/data-service/eur-usd.synthetic.csv', import.meta.url)

describe('the history of the example data service', () => {
  const text = 'time,rate\n2024-01-02T10:00Z,1.10394\n2024-01-02T10:01Z,1.1\n2024-01-02T10:03Z,1.10391\n'
  const history = readHistory(text, 'rates.csv')

  it('answers with what the file says, as it says it', () => {
    expect(answerTo(history, '2024-01-02T10:00Z')).to.equal('1.10394')
    expect(answerTo(history, '2024-01-02T10:01Z')).to.equal('1.1')
  })

  it('answers nothing where it knows nothing, or is asked for no minute', () => {
    for (const question of [
      '2024-01-02T10:02Z',
      '2024-02-30T10:00Z',
      '2024-01-02',
      '',
      'now',
      '2024-01-02T10:00',
    ]) {
      expect(() => answerTo(history, question), question).to.throw(`for ${question}:`)
    }
  })

  it('is read from no file that is wrong, and says which line is', () => {
    const rest = '2024-01-02T10:00Z,1.1\n'
    for (const [wrong, line] of [
      ['', 1],
      [rest, 1],
      ['time,rate\n', 2],
      [`time,rate\n${rest}2024-01-02T10:01Z,NaN\n`, 3],
      [`time,rate\n${rest}2024-01-02T10:01Z,-1\n`, 3],
      [`time,rate\n${rest}${rest}`, 3],
      [`time,rate\n${rest}2024-01-02T25:00Z,1.1\n`, 3],
    ] as const) {
      expect(() => readHistory(wrong, 'rates.csv'), wrong).to.throw(`rates.csv, line ${line}\n`)
    }
  })

  it('knows each minute of the file that comes with it', () => {
    const shipped = readFileSync(FILE, 'utf8')
    const lines = shipped.trimEnd().split('\n').slice(1)
    const known = readHistory(shipped, 'shipped')
    fc.assert(
      fc.property(fc.integer({ min: known.first, max: known.last }), (minute) => {
        expect(`${timeOf(minute)},${answerTo(known, timeOf(minute))}`).to.equal(lines[minute - known.first])
      }),
      { verbose: 1 },
    )
  })
})
