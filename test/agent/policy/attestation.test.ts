import { expect } from 'chai'
import {
  type Attestation,
  type AttestationRequirement,
  checkAttested,
  requirementsOf,
  requiring,
} from '../../../agent/policy/attestation.ts'
import { checkAttributes } from '../../../protocol/capability.ts'
import type { Address, Attribute, Hex } from '../../../protocol/types.ts'
import { failure } from '../../protocol/support/failure.ts'

const model: Hex = `0x${'ab'.repeat(32)}`
const validator: Address = `0x${'Aa'.repeat(20)}`
const requirement: AttestationRequirement = {
  about: 'model',
  digests: [model],
  validators: [validator],
  least: 90,
}
const attestation: Attestation = {
  validator,
  response: 95,
  responseHash: model,
  tag: 'model',
  lastUpdate: 1n,
}

describe('what an intent requires to be attested', () => {
  const codeOf = (fn: () => unknown) => (failure(fn) as { code?: string } | undefined)?.code

  it('is read from attributes as it was written to them', () => {
    const attributes = requiring(requirement)
    checkAttributes(attributes, 'intent.attributes')
    const read = { ...requirement, validators: [validator.toLowerCase()] }
    expect(requirementsOf(attributes)).to.deep.equal([read])
    const both = [...attributes, ...requiring({ ...requirement, about: 'build', least: 1 })]
    expect(requirementsOf(both).map(({ about, least }) => [about, least])).to.deep.equal([
      ['model', 90],
      ['build', 1],
    ])
    expect(requirementsOf([{ name: 'source', type: 'set', values: ['solar'] }])).to.deep.equal([])
  })

  it('has to be understood, or nobody fulfils it', () => {
    const [digests, by, least] = requiring(requirement) as [Attribute, Attribute, Attribute]
    const wrong: Attribute[][] = [
      [digests, by],
      [by, least],
      [digests, least],
      [digests, by, { name: 'attested.model.least', type: 'range', min: 0n, max: 100n }],
      [digests, by, { name: 'attested.model.least', type: 'range', min: 101n, max: 101n }],
      [{ name: 'attested.model', type: 'set', values: ['ab'] }, by, least],
      [digests, by, least, { name: 'attested.modle', type: 'set', values: ['ab'] }],
    ]
    for (const attributes of wrong) {
      expect(codeOf(() => requirementsOf(attributes))).to.equal('REQUIREMENT_INVALID')
    }
    for (const change of [
      { digests: ['0x12'] },
      { least: Number.NaN },
      { least: 0 },
      { least: 100.5 },
    ] as const) {
      expect(codeOf(() => requiring({ ...requirement, ...change }))).to.equal('REQUIREMENT_INVALID')
    }
  })

  it('is fulfilled by one of the validators, about one of the digests, with as much at least', () => {
    const requirements = requirementsOf(requiring(requirement))
    const check = (...said: Partial<Attestation>[]) =>
      codeOf(() =>
        checkAttested(
          7n,
          said.map((each) => ({ ...attestation, ...each })),
          requirements,
        ),
      )
    expect(check({})).to.equal(undefined)
    expect(check({ response: 90 })).to.equal(undefined)
    expect(check({ response: 0 }, { lastUpdate: 2n })).to.equal(undefined)
    expect(check({ response: 0, lastUpdate: 2n }, {}), 'taken back').to.equal('NOT_ATTESTED')
    expect(check({}, { response: 0, lastUpdate: 2n }), 'in any sequence').to.equal('NOT_ATTESTED')
    expect(check({ response: 0 }, {}), 'the later request of a second').to.equal('NOT_ATTESTED')
    expect(check({}, { response: 0 }), 'the earlier one').to.equal(undefined)
    for (const other of [{ tag: 'build' }, { responseHash: `0x${'cd'.repeat(32)}` as const }]) {
      expect(check({}, { response: 0, lastUpdate: 2n, ...other }), 'about something else').to.equal(undefined)
    }
    expect(check({}, { response: 0, lastUpdate: 2n, validator: `0x${'bb'.repeat(20)}` })).to.equal(undefined)
    const lacking: Partial<Attestation>[] = [
      { response: 89 },
      { tag: 'build' },
      { responseHash: `0x${'cd'.repeat(32)}` },
      { validator: `0x${'bb'.repeat(20)}` },
    ]
    for (const each of lacking) expect(check(each), JSON.stringify(each)).to.equal('NOT_ATTESTED')
    expect(check()).to.equal('NOT_ATTESTED')
    expect(check(...lacking), 'not all by one of them').to.equal('NOT_ATTESTED')
  })
})
