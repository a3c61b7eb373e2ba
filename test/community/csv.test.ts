import { expect } from 'chai'
import { readBounded } from '../../community/bounded-file.ts'
import { readCsv } from '../../community/csv.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { temporaryDirectory } from './temporary-file.ts'

describe('a CSV that is made to do harm', function () {
  this.timeout(20_000)
  const files = temporaryDirectory()
  const faultOf = (read: () => unknown) => {
    try {
      read()
    } catch (error) {
      return error
    }
    throw new Error('it was read')
  }
  const columns = (count: number) => Array.from({ length: count }, (_, index) => index.toString(36)).join(',')

  it('takes no longer for each column the more there are', function () {
    this.timeout(8_000)
    const file = files.write('wide.csv', `${columns(200_000)}\n1\n`)
    expect(readCsv(file, { ragged: true }).columns).to.have.lengthOf(200_000)
  })

  it('is refused when a line is too long', () => {
    const fault = faultOf(() =>
      readCsv(files.write('wider.csv', `${columns(300_000)}\n1\n`), { ragged: true }),
    )
    expect(fault).to.be.instanceOf(ConfigError).with.property('code', 'CSV_INVALID')
  })

  it('is refused when there are too many lines', () => {
    const fault = faultOf(() => readCsv(files.write('long.csv', `c\n${'1\n'.repeat(1_000_000)}`)))
    expect(fault).to.be.instanceOf(ConfigError).with.property('code', 'FILE_TOO_LARGE')
  })

  it('is refused when it never ends', () => {
    const fault = faultOf(() => readBounded('/dev/zero', 3_000_000))
    expect(fault).to.be.instanceOf(ConfigError).with.property('code', 'FILE_TOO_LARGE')
    expect(readBounded('/dev/null', 0)).to.have.lengthOf(0)
  })
})
