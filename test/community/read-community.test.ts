import { expect } from 'chai'
import { readCommunity } from '../../community/read-community.ts'
import { temporaryDirectory } from './temporary-file.ts'

describe('readCommunity', () => {
  const files = temporaryDirectory()
  const csv =
    'time,a_load_wh,b_load_wh,pv_wh_per_kwp\n2021-06-01T12:00Z,10,20,0.1\n2021-06-01T12:15Z,10,20,0.3\n'
  const community = {
    name: 'Street',
    data: 'street.csv',
    slotMinutes: 15,
    area: '871f8d099ffffff',
    retailPrice: '0.30',
    feedInPrice: '0.08',
    homes: [
      { name: 'a', load: 'a_load_wh', strategy: 'honest' },
      { name: 'b', load: 'b_load_wh', pv: 'pv_wh_per_kwp', kWp: 5, strategy: 'eager' },
    ],
  }
  const read = (change: object) => {
    files.write('street.csv', csv)
    return readCommunity(files.write('street.json', JSON.stringify({ ...community, ...change })))
  }

  it('multiplies power with generation per kWp and rounds half to even', () => {
    const dataset = read({})
    expect(dataset.slots.map(({ readings }) => readings[1]?.pvWh)).to.deep.equal([0, 2])
    expect(dataset.homes[1]).to.deep.equal({ name: 'b', strategy: { name: 'eager' } })
  })

  it('takes a power with decimals', () => {
    const homes = [community.homes[0], { ...community.homes[1], kWp: 9.9 }]
    expect(read({ homes }).slots.map(({ readings }) => readings[1]?.pvWh)).to.deep.equal([1, 3])
  })

  it('takes every strategy', () => {
    for (const strategy of ['honest', 'eager', 'patient']) {
      const homes = [{ ...community.homes[0], strategy }, community.homes[1]]
      expect(read({ homes }).homes[0]?.strategy.name).to.equal(strategy)
    }
  })

  it('takes what a home sells, and with whom it wants to trade', () => {
    const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
    const preferences = { sources: ['wind'], neighbours: [address], headStart: 7 }
    const homes = [{ ...community.homes[0], source: 'gas', preferences }, community.homes[1]]
    expect(read({ homes }).homes[0]).to.deep.include({
      source: 'gas',
      preferences: { ...preferences, headStart: 7n },
    })
  })

  const bad: [string, object, string[]][] = [
    [
      'an unknown strategy',
      { homes: [community.homes[0], { ...community.homes[1], strategy: 'greedy' }] },
      ['homes.1.strategy', 'greedy', 'Expected: one of honest, eager, patient'],
    ],
    ['a wrong slot length', { slotMinutes: 30 }, ['slotMinutes', '15', '30']],
    ['an area that is no cell', { area: 'here' }, ['area', 'H3', 'here']],
    ['a price that is none', { retailPrice: '30 ct' }, ['retailPrice', '30 ct']],
    ['an unknown field', { colour: 'red' }, [': colour', 'Expected: no such field', 'Received: "red"']],
    [
      'a head start of no time',
      { homes: [{ ...community.homes[0], preferences: { headStart: 0 } }, community.homes[1]] },
      ['homes.0.preferences.headStart', '1'],
    ],
    ['one home', { homes: [community.homes[0]] }, ['homes', 'Expected: at least 2 entries']],
    ['a field that is missing', { retailPrice: undefined }, ['retailPrice', 'Expected: a string']],
    [
      'two homes of one name',
      { homes: [community.homes[0], community.homes[0]] },
      ['homes.name', 'Received: a'],
    ],
    [
      'a column that is missing',
      { homes: [community.homes[0], { ...community.homes[1], load: 'c_load_wh' }] },
      ['street.csv, line 1, column c_load_wh'],
    ],
    ['a file that is missing', { data: 'nowhere.csv' }, ['nowhere.csv']],
  ]
  for (const [what, change, parts] of bad) {
    it(`names field and value of ${what}`, () => {
      const call = expect(() => read(change)).to.throw()
      for (const part of parts) call.and.satisfy((error: Error) => error.message.includes(part))
    })
  }

  it('names a file that is no JSON', () => {
    const file = files.write('broken.json', '{')
    expect(() => readCommunity(file))
      .to.throw('broken.json')
      .with.property('code', 'COMMUNITY_INVALID')
  })
})
