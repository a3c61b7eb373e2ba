import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { readDigits } from '../../community/read-digits.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { temporaryDirectory } from './temporary-file.ts'

const shipped = fileURLToPath(new URL('../../data/learning', import.meta.url))

/** A line of 64 pixels and a label. */
const line = (change: Record<number, string> = {}, label = '7') =>
  [...Array.from({ length: 64 }, (_, pixel) => change[pixel] ?? String(pixel % 17)), label].join(',')

describe('readDigits', () => {
  const files = temporaryDirectory()
  const read = (training: string, test = line()) => {
    files.write('optdigits.tra', training)
    files.write('optdigits.tes', test)
    return readDigits(files.path('.'))
  }

  it('reads what ships: all rows, pixels from 0 to 1, ten classes', () => {
    const { training, test, classes } = readDigits(shipped)
    expect([training.rows, test.rows, classes]).to.deep.equal([3823, 1797, 10])
    for (const [name, { inputs, targets, rows }] of Object.entries({ tra: training, tes: test })) {
      const [first = ''] = readFileSync(`${shipped}/optdigits.${name}`, 'utf8').split('\n', 1)
      const cells = first.split(',').map(Number)
      expect([...inputs.subarray(0, 64)].map((pixel) => pixel * 16)).to.deep.equal(cells.slice(0, 64))
      expect(targets[0]).to.equal(cells[64])
      expect([inputs.length, targets.length]).to.deep.equal([64 * rows, rows])
      expect(inputs.every((pixel) => pixel >= 0 && pixel <= 1)).to.equal(true)
      expect(new Set(targets).size).to.equal(10)
    }
  })

  it('reads lines with and without an end, by whichever system', () => {
    expect(read(`${line()}\r\n${line({}, '0')}`).training.targets).to.deep.equal(Float32Array.of(7, 0))
  })

  const faulty: [string, string, string[]][] = [
    ['a pixel that is too large', line({ 3: '17' }), ['line 2, column 4', '0 to 16', '17']],
    ['a pixel that is negative', line({ 0: '-1' }), ['line 2, column 1', '-1']],
    ['a pixel with decimals', line({ 63: '1.5' }), ['line 2, column 64', '1.5']],
    ['a pixel that is empty', line({ 5: '' }), ['line 2, column 6']],
    ['a pixel in another notation', line({ 5: '0x' }), ['line 2, column 6', '0x']],
    ['a label that is no digit', line({}, '10'), ['line 2, column 65', '0 to 9', '10']],
    ['a line without a label', line().slice(0, -2), ['line 2', '64 values']],
    ['a line that is too long', `${line()},1`, ['line 2', '66 values']],
  ]
  for (const [what, bad, parts] of faulty) {
    it(`names file, line and column of ${what}`, () => {
      for (const file of ['optdigits.tra', 'optdigits.tes']) {
        const text = `${line()}\n${bad}\n`
        const attempt = () => (file === 'optdigits.tra' ? read(text) : read(line(), text))
        const fault = expect(attempt).to.throw(ConfigError)
        fault.with.property('code', 'CSV_INVALID')
        for (const part of [file, ...parts]) fault.with.property('message').that.includes(part)
      }
    })
  }

  it('refuses a file that is empty, and one that is not there', () => {
    expect(() => read('')).to.throw(ConfigError, 'optdigits.tra')
    expect(() => readDigits(files.path('nowhere'))).to.throw(ConfigError, 'optdigits.tra')
  })
})
