import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { type ClearCommandOptions, clearFile } from '../../cli/market/clear.ts'
import { MeshError } from '../../protocol/errors.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const vectors = fileURLToPath(new URL('../vectors/clearing.json', import.meta.url))
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

const bid = { id: 1, actor: 'home', price: 0.3, qty: 2 }
const offer = { id: 'a', actor: 'roof', price: 0.1, qty: 2 }

describe('mesh market clear', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const clear = (...args: string[]) => mesh(files.path('.'), 'market', 'clear', ...args)

  it('prints trades, price, quantity, and welfare as a share of the optimum', async () => {
    const { code, stdout } = await clear(vectors, '--case', 'pymarket_huang_0', '--mechanism', 'huang')
    expect(code).to.equal(0)
    expect(stdout.trimEnd().split('\n')).to.deep.equal([
      'pymarket_huang_0: huang, which is strategy-proof, weakly budget-balanced, not always efficient',
      '',
      'bid  offer  quantity  buyer pays  seller gets',
      '1    4             1           3            2',
      '',
      'price        3 for buyers, 2 for sellers',
      'quantity     1',
      'welfare      3, 50.0% of the optimum 6',
      'short of it  3',
      'left over    1 that buyers pay and nobody gets',
    ])
  })

  it('prints JSON in the numbers and ids of the file', async () => {
    files.write('book.json', JSON.stringify({ bids: [bid], offers: [{ ...offer, price: -0.0001 }] }))
    const { code, stdout } = await clear('book.json', '--json')
    expect(code).to.equal(0)
    expect(JSON.parse(stdout)).to.deep.equal({
      case: 'book.json',
      mechanism: 'uniform',
      priceRule: 'middle',
      strategyProof: false,
      budgetBalance: 'strong',
      efficient: true,
      trades: [{ bid: 1, offer: 'a', qty: 2, price: 0.14995, sellerPrice: 0.14995 }],
      qty: 2,
      price: 0.14995,
      sellerPrice: 0.14995,
      paid: 0.2999,
      received: 0.2999,
      gridFees: 0,
      leftOver: 0,
      welfare: 0.6002,
      optimum: 0.6002,
      share: 1,
    })
  })

  it('keeps digits that a double does not hold', async () => {
    files.write(
      'long.json',
      JSON.stringify({ bids: [{ ...bid, price: 2 }], offers: [{ ...offer, price: 1 }] }),
    )
    const exact = '1234567.12345678'
    files.write(
      'long.json',
      `{"bids":[{"id":1,"actor":1,"price":1,"qty":${exact}}],"offers":[{"id":2,"actor":2,"price":-6.12345,"qty":"${exact}"}]}`,
    )
    expect((await clear('long.json', '--json')).stdout)
      .to.include(`"qty": ${exact}`)
      .and.include('"welfare": 8794377.175588199491')
  })

  it('reads the standard input', async () => {
    const child = spawn(process.execPath, [main, 'market', 'clear', '-', '--price-rule', 'marginal-pair'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(JSON.stringify({ bids: [bid], offers: [offer], grid_fee: 0.05 }))
    expect(await text(child.stdout))
      .to.include('price      0.225 for buyers, 0.175 for sellers')
      .and.include('grid fees  0.1')
  })

  const faulty: [string, unknown, Partial<ClearCommandOptions>, string[]][] = [
    [
      'a price that is none',
      { bids: [bid, { ...bid, id: 2, price: 'dear' }], offers: [] },
      {},
      ['bids[1].price', '"dear"'],
    ],
    [
      'a quantity of nothing',
      { bids: [], offers: [{ ...offer, qty: 0 }] },
      {},
      ['offers[0].qty', 'more than 0'],
    ],
    [
      'an order without an actor',
      { bids: [{ ...bid, actor: undefined }], offers: [] },
      {},
      ['bids[0].actor'],
    ],
    ['an id that stands twice', { bids: [bid, bid], offers: [] }, {}, ['bids[1].id', 'Received: 1']],
    ['a price out of bounds', { bids: [{ ...bid, price: 9e14 }], offers: [] }, {}, ['bids[0].price', '2^51']],
    ['a negative fee', { bids: [], offers: [], grid_fee: -1 }, {}, ['grid_fee', 'at least 0']],
    [
      'a misspelt fee',
      { bids: [bid], offers: [offer], gridfee: 0.05 },
      {},
      ['faulty.json: gridfee', '`grid_fee`'],
    ],
    [
      'a name of an order that there is not',
      { bids: [{ ...bid, quantity: 2 }], offers: [] },
      {},
      ['quantity', '`qty`'],
    ],
    ['a side that is not there', { bids: [] }, {}, ['faulty.json: offers', 'an array']],
    [
      'quantities that differ, for mcafee',
      { bids: [bid], offers: [{ ...offer, qty: 3 }] },
      { mechanism: 'mcafee' },
      ['offers[0].quantity', 'huang'],
    ],
    [
      'another price rule',
      { bids: [], offers: [] },
      { priceRule: 'last' },
      ['--price-rule', 'middle, marginal-pair', 'last'],
    ],
    [
      'a price rule where there is none',
      { bids: [], offers: [] },
      { mechanism: 'huang', priceRule: 'last' },
      ['--price-rule', 'none', 'last'],
    ],
    ['no case, of several', { cases: [{ name: 'x' }, { name: 'y' }] }, {}, ['--case', 'one of: x, y']],
    [
      'a fault within a case',
      { cases: [{ name: 'x', bids: [], offers: [{}] }] },
      {},
      ['cases[0].offers[0].id'],
    ],
  ]
  it('shows some names of many cases, and all where it is asked to', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `case-${index}`)
    files.write('many.json', JSON.stringify({ cases: names.map((name) => ({ name })) }))
    const { stderr } = await clear('many.json', '--case', 'case-30')
    expect(stderr).to.include('case-8, case-9, …').and.include('--cases prints the names of all 25')
    expect((await clear('many.json', '--cases')).stdout.trimEnd().split('\n')).to.deep.equal(names)
  })

  it('clears a book of more orders than a call takes arguments', async () => {
    const bids = Array.from({ length: 200_000 }, (_, index) => ({ ...bid, id: index, qty: 1 }))
    files.write('long.json', JSON.stringify({ bids, offers: [{ ...offer, qty: 200_000 }] }))
    const { code, stderr, stdout } = await clear('long.json', '--mechanism', 'pay-as-bid')
    expect(stderr).to.equal('')
    expect(code).to.equal(0)
    expect(stdout.slice(-300)).to.match(/quantity +200000\n/)
  })

  for (const [what, json, options, parts] of faulty) {
    it(`names entry and field of ${what}`, async () => {
      const file = files.write('faulty.json', JSON.stringify(json))
      const fault: unknown = await clearFile(file, { mechanism: 'uniform', ...options }).catch(
        (error) => error,
      )
      expect(fault).to.be.instanceOf(MeshError)
      for (const part of parts) expect((fault as MeshError).message).to.include(part)
    })
  }

  it('says what is no JSON, and which file is not there', async () => {
    files.write('faulty.json', '{ "bids": [')
    expect((await clear('faulty.json')).stderr)
      .to.include('faulty.json: (whole file)')
      .and.include('a JSON text')
    expect((await clear('nowhere.json')).stderr)
      .to.include('nowhere.json')
      .and.include('Remedy:')
  })
})
