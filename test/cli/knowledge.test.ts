import { expect } from 'chai'
import { demonstrate } from '../../cli/knowledge/demo.ts'
import { ConfigError } from '../../protocol/errors.ts'

describe('mesh knowledge demo', () => {
  const question = '2021-03-08T06:00Z/2021-03-08T12:00Z'
  const faulty: [string, { question: string; price: string }, string][] = [
    ['an interval of which there are no readings', { question: '🙂/', price: '0.02' }, '--question'],
    ['a price that its agents would not pay', { question, price: '5.000001' }, '--price'],
  ]
  for (const [what, options, field] of faulty) {
    it(`refuses ${what} before it starts a chain`, async () => {
      const fault = await demonstrate(options).catch((error: unknown) => error)
      expect(fault).to.be.instanceOf(ConfigError).with.property('field', field)
    })
  }
})
