import { expect } from 'chai'
import { readMeters } from '../../community/read-meters.ts'
import { temporaryDirectory } from './temporary-file.ts'

const TARIFF = { retailPrice: 300_000n, feedInPrice: 80_000n, area: '871f8d099ffffff' }

describe('readMeters', () => {
  const files = temporaryDirectory()
  const read = (text: string) => readMeters(files.write('meters.csv', text), TARIFF)

  it('reads load and generation, in the order of the load columns', () => {
    const dataset = read(
      'time,b_load_wh,a_pv_wh,a_load_wh\n2021-06-01T12:00Z,100,0.5,7\n2021-06-01T12:30Z,200,1.5,8\n',
    )
    expect(dataset.homes).to.deep.equal([
      { name: 'b', strategy: { name: 'honest' } },
      { name: 'a', strategy: { name: 'honest' } },
    ])
    expect(dataset.slots).to.deep.equal([
      {
        start: 1_622_548_800,
        end: 1_622_550_600,
        readings: [
          { home: 'b', loadWh: 100, pvWh: 0 },
          { home: 'a', loadWh: 7, pvWh: 0 },
        ],
      },
      {
        start: 1_622_550_600,
        end: 1_622_552_400,
        readings: [
          { home: 'b', loadWh: 200, pvWh: 0 },
          { home: 'a', loadWh: 8, pvWh: 2 },
        ],
      },
    ])
  })

  it('takes byte order mark, CRLF, quotes, blank lines and blanks around the cells', () => {
    const dataset = read('\uFEFF"time", a_load_wh ,b_load_wh\r\n\r\n2021-06-01 12:00, 1 ,"2"\r\n')
    expect(dataset.slots[0]?.readings.map(({ loadWh }) => loadWh)).to.deep.equal([1, 2])
    expect(dataset.slots[0]).to.include({ start: 1_622_548_800, end: 1_622_549_700 })
  })

  const times = [
    '2021-06-01T12:00Z',
    '2021-06-01T12:00:00Z',
    '2021-06-01T12:00:00.000Z',
    '2021-06-01 12:00:00',
    '2021/06/01 12:00 UTC',
    '2021-06-01T14:00+02:00',
    '2021-06-01T07:30:00-0430',
    '1622548800',
    '1622548800000',
  ]
  for (const time of times) {
    it(`takes ${time} as a time`, () => {
      expect(read(`t,a_load_wh,b_load_wh\n${time},1,2\n`).slots[0]?.start).to.equal(1_622_548_800)
    })
  }

  const head = 'time,a_load_wh,b_load_wh,b_pv_wh'
  const bad: [string, string, string[]][] = [
    ['a negative reading', `${head}\n2021-06-01T12:00Z,1,-2,0`, ['line 2, column b_load_wh', 'Received: -2']],
    ['a word', `${head}\n2021-06-01T12:00Z,1,2,n/a`, ['line 2, column b_pv_wh', 'n/a', 'Wh']],
    ['an exponent', `${head}\n2021-06-01T12:00Z,1e3,2,0`, ['line 2, column a_load_wh', '1e3']],
    ['a decimal comma', `${head}\n2021-06-01T12:00Z,"1,5",2,0`, ['column a_load_wh', '1,5']],
    ['an empty cell', `${head}\n2021-06-01T12:00Z,,2,0`, ['column a_load_wh', 'an empty cell', 'write 0']],
    ['too much energy', `${head}\n2021-06-01T12:00Z,1000000001,2,0`, ['column a_load_wh', '1000000000']],
    ['a time that is none', `${head}\nnoon,1,2,0`, ['line 2, column time', 'noon', 'ISO 8601']],
    ['a day that is none', `${head}\n2021-02-30T12:00Z,1,2,0`, ['line 2, column time', '2021-02-30T12:00Z']],
    [
      'a time that is missing',
      `${head}\n${[0, 15, 45].map((m) => `2021-06-01T12:${m || '00'}Z,1,2,0`).join('\n')}`,
      ['line 4, column time', 'Expected: 2021-06-01T12:30Z', 'Received: 2021-06-01T12:45Z'],
    ],
    ['a time that is there twice', `${head}\n2021-06-01T12:00Z,1,2,0\n2021-06-01T12:00Z,1,2,0`, ['line 3']],
    [
      'times in reverse',
      `${head}\n2021-06-01T12:15Z,1,2,0\n2021-06-01T12:00Z,1,2,0`,
      ['line 3', 'a time after'],
    ],
    ['a cell too few', `${head}\n2021-06-01T12:00Z,1,2`, ['line 2', 'commas']],
    ['an open quote', `${head}\n"2021-06-01T12:00Z,1,2,0`, ['no well-formed CSV']],
    [
      'a misspelt column',
      'time,a_load_wh,b_laod_wh\n2021-06-01T12:00Z,1,2',
      ['line 1, column b_laod_wh', '<home>_load_wh'],
    ],
    ['generation without load', 'time,a_load_wh,b_load_wh,c_pv_wh\n2021-06-01T12:00Z,1,2,3', ['c_load_wh']],
    [
      'two columns of one name',
      'time,a_load_wh,a_load_wh\n2021-06-01T12:00Z,1,2',
      ['same name', 'a_load_wh'],
    ],
    [
      'a column without a name',
      'time,a_load_wh,,b_load_wh\n2021-06-01T12:00Z,1,2,3',
      ['number 3', 'no name'],
    ],
    ['one home', 'time,a_load_wh\n2021-06-01T12:00Z,1', ['2 to 200', 'Received: 1']],
    [
      'no time column',
      'a_load_wh,b_load_wh\n1,2',
      ['line 1, column a_load_wh', 'no time', 'in front of the others'],
    ],
    [
      'a time column that is not the first',
      'a_load_wh,time,b_load_wh\n1,2021-06-01T12:00Z,2',
      ['line 1, column a_load_wh', 'no time in the first column'],
    ],
    [
      'semicolons as separator',
      'time;a_load_wh;b_load_wh\n2021-06-01T12:00Z;1,5;2,5',
      ['line 1', 'Received: semicolons', 'a comma as separator and a point in decimal numbers'],
    ],
    [
      'tabs as separator',
      '\uFEFFtime\ta_load_wh\tb_load_wh\r\n2021-06-01T12:00Z\t1\t2',
      ['line 1', 'Received: tabs'],
    ],
    ['no row', `${head}\n`, ['no readings', 'column names only']],
    ['an empty file', '', ['no readings', 'an empty file']],
  ]
  for (const [what, text, parts] of bad) {
    it(`names file, place and remedy of ${what}`, () => {
      const error = thrownBy(() => read(text))
      expect(error).to.include({ name: 'ConfigError', code: 'CSV_INVALID' })
      for (const part of [files.path('meters.csv'), ...parts]) expect(error.message).to.include(part)
    })
  }

  it('says when the file is not there', () => {
    const error = thrownBy(() => readMeters(files.path('nowhere.csv'), TARIFF))
    expect(error).to.include({ code: 'FILE_UNREADABLE' })
    expect(error.message).to.include('nowhere.csv').and.include('ENOENT')
  })

  it('refuses a file above its bound', () => {
    const error = thrownBy(() =>
      readMeters(files.write('big.csv', `${'x'.repeat(2 ** 20)}\n`.repeat(64)), TARIFF),
    )
    expect(error).to.include({ code: 'FILE_TOO_LARGE' })
  })
})

function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
