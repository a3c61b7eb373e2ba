import { inspect } from 'node:util'
import { expect } from 'chai'
import { type ServiceOptions, serviceOf } from '../../../../agent/protocols/services/index.ts'
import { capabilityOf } from '../../../../protocol/capability.ts'

const announcing = (min: bigint, max: bigint) =>
  capabilityOf({ name: 'data.fx', attributes: [{ name: 'price', type: 'range', min, max }] })
const serve = (options: ServiceOptions, announced = capabilityOf('data.fx')) =>
  serviceOf('data.fx', () => '', options, announced)
const fault = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

describe('the price of a service', () => {
  it('is what its capability announces, where nothing else is said', () => {
    expect(serve({}, announcing(20_000n, 20_000n)).price).to.equal(20_000n)
    expect(serve({ price: undefined as never }, announcing(5n, 5n)).price).to.equal(5n)
  })

  it('is what is said within that, or where nothing is announced', () => {
    expect(serve({ price: 7n }, announcing(5n, 9n)).price).to.equal(7n)
    expect(serve({ price: 7n }).price).to.equal(7n)
    expect(serve({}).price).to.equal(0n)
  })

  it('is refused when others are told another one, or it is not clear which', () => {
    const details = { code: 'SERVICE_INVALID', field: 'options.price' }
    expect(fault(() => serve({ price: 10n }, announcing(5n, 9n)))).to.include({ ...details, received: 10n })
    expect(fault(() => serve({ price: 0n }, announcing(5n, 5n)))).to.include({ ...details, received: 0n })
    const open = fault(() => serve({}, announcing(5n, 9n)))
    expect(open).to.include({
      ...details,
      expected: '5 to 9, the `price` of the capability',
      received: 'nothing',
    })
  })
})

describe('what one asker may have of a service', () => {
  it('is a quarter of it where it is free, and one question at least', () => {
    expect(serve({})).to.include({ concurrency: 16, perAsker: 4, credit: 4 })
    expect(serve({ concurrency: 8 })).to.include({ perAsker: 2, credit: 2 })
    expect(serve({ concurrency: 1 })).to.include({ perAsker: 1, credit: 1 })
    expect(fault(() => serve({ credit: 5 }))).to.include({ code: 'SERVICE_INVALID', field: 'options.credit' })
  })

  it('is all that it pays for', () => {
    expect(serve({ price: 1n, credit: 64 })).to.include({ perAsker: 16, credit: 64 })
  })
})

describe('the bounds of a service', () => {
  const wrong: ServiceOptions[] = [
    { timeout: Number.NaN },
    { timeout: Number.POSITIVE_INFINITY },
    { timeout: 2 ** 31 },
    { timeout: 0 },
    { concurrency: Number.NaN },
    { concurrency: Number.POSITIVE_INFINITY },
    { concurrency: 0 },
    { concurrency: 1.5 },
    { credit: 1.5 },
  ]
  for (const options of wrong) {
    it(`refuse ${inspect(options)}`, () => {
      const [name] = Object.keys(options)
      expect(fault(() => serve(options))).to.include({ code: 'SERVICE_INVALID', field: `options.${name}` })
    })
  }
})
