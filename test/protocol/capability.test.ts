import { expect } from 'chai'
import fc from 'fast-check'
import {
  attributeOf,
  capabilityOf,
  checkAttributes,
  checkCapabilities,
  plainAttribute,
} from '../../protocol/capability.ts'
import { MAX_ATTRIBUTE_VALUES, MAX_ATTRIBUTES, MAX_LIST_ENTRIES, MAX_TIME } from '../../protocol/limits.ts'
import type { Attribute, Capability } from '../../protocol/types.ts'
import * as arbitrary from './support/arbitraries.ts'
import { failure } from './support/failure.ts'

const set = (name: string, ...values: string[]): Attribute => ({ name, type: 'set', values })

describe('a capability', () => {
  it('is its name alone, or what else is said of it', () => {
    const bare = { name: 'image-generation', version: '', model: '', attributes: [] }
    expect(capabilityOf('image-generation')).to.deep.equal(bare)
    expect(capabilityOf({ name: 'image-generation', model: 'sdxl' })).to.deep.equal({
      ...bare,
      model: 'sdxl',
    })
  })

  it('passes the check with anything that the types allow', () => {
    fc.assert(fc.property(arbitrary.capability, (capability) => checkCapabilities([capability], 'it')))
  })

  it('has attributes that are the same after they were signed and sent', () => {
    fc.assert(
      fc.property(arbitrary.attribute, (attribute) => {
        expect(attributeOf(plainAttribute(attribute), 'it')).to.deep.equal(attribute)
      }),
    )
  })

  const tooMany = (count: number, most: number): Attribute[] =>
    Array.from({ length: count }, (_, index) =>
      set(`a${index}`, ...Array.from({ length: most }, (__, value) => String(value))),
    )
  const cell = '871fae6e2ffffff'
  const refused: Record<string, [Partial<Capability>, code: string, field: string]> = {
    'a name with a space': [{ name: 'energy supply' }, 'CAPABILITY_INVALID', 'it[0].name'],
    'a name with a slash, which topics part by': [{ name: 'a/b' }, 'CAPABILITY_INVALID', 'it[0].name'],
    'a name that is too long': [{ name: 'x'.repeat(65) }, 'CAPABILITY_INVALID', 'it[0].name'],
    'a version that is not ASCII': [{ version: 'ä' }, 'CAPABILITY_INVALID', 'it[0].version'],
    'a model that is too long': [{ model: 'x'.repeat(65) }, 'CAPABILITY_INVALID', 'it[0].model'],
    'two attributes of one name': [
      { attributes: [set('a', 'x'), set('a', 'y')] },
      'CAPABILITY_INVALID',
      'it[0].attributes',
    ],
    'an attribute that is called version': [
      { attributes: [set('version', 'x')] },
      'ATTRIBUTE_INVALID',
      'it[0].version',
    ],
    'an empty set': [{ attributes: [set('a')] }, 'ATTRIBUTE_INVALID', 'it[0].a'],
    'a set with a word twice': [{ attributes: [set('a', 'x', 'x')] }, 'ATTRIBUTE_INVALID', 'it[0].a'],
    'an area of what is no cell': [
      { attributes: [{ name: 'a', type: 'area', cells: [cell, 'here'] }] },
      'ATTRIBUTE_INVALID',
      'it[0].a',
    ],
    'a range that ends before it begins': [
      { attributes: [{ name: 'a', type: 'range', min: 2n, max: 1n }] },
      'ATTRIBUTE_INVALID',
      'it[0].a',
    ],
    'a number of more than 64 bits': [
      { attributes: [{ name: 'a', type: 'range', min: 0n, max: 2n ** 63n }] },
      'ATTRIBUTE_INVALID',
      'it[0].a',
    ],
    'a span without duration': [
      { attributes: [{ name: 'a', type: 'span', from: 1n, to: 1n }] },
      'ATTRIBUTE_INVALID',
      'it[0].a',
    ],
    'a span beyond the year 9999': [
      { attributes: [{ name: 'a', type: 'span', from: 1n, to: MAX_TIME + 1n }] },
      'ATTRIBUTE_INVALID',
      'it[0].a',
    ],
    'too many attributes': [{ attributes: tooMany(MAX_ATTRIBUTES + 1, 1) }, 'LIST_TOO_LONG', 'it.attributes'],
    'too many words': [
      { attributes: tooMany(1, MAX_ATTRIBUTE_VALUES + 1) },
      'LIST_TOO_LONG',
      'it.attributes.values',
    ],
  }
  for (const [what, [change, code, field]] of Object.entries(refused)) {
    it(`is refused with ${what}`, () => {
      const capability = { ...capabilityOf('data.fx'), ...change }
      expect(failure(() => checkCapabilities([capability], 'it'))).to.include({ code, field })
    })
  }

  it('is refused as one too many of a record', () => {
    const capabilities = Array<Capability>(MAX_LIST_ENTRIES + 1).fill(capabilityOf('data.fx'))
    expect(failure(() => checkCapabilities(capabilities, 'it'))).to.include({
      code: 'LIST_TOO_LONG',
      field: 'it',
    })
  })

  it('shares its bounds on attributes with an intent, which has each name once', () => {
    const refusal = (...attributes: Attribute[]) => failure(() => checkAttributes(attributes, 'it'))
    expect(refusal(set('a', 'x'), set('a', 'y'))).to.include({ code: 'ATTRIBUTE_INVALID', field: 'it' })
    expect(refusal(set('a'))).to.include({ code: 'ATTRIBUTE_INVALID', field: 'it.a' })
    expect(refusal(...tooMany(MAX_ATTRIBUTES + 1, 1))).to.include({ code: 'LIST_TOO_LONG', field: 'it' })
    checkAttributes([set('a', 'x'), set('b', 'x')], 'it')
  })

  it('is refused as sent with what its kind does not have, or of a kind that there is not', () => {
    const plain = { name: 'a', kind: 0, min: 0n, max: 0n, values: [] as string[] }
    const wrong = [
      { ...plain, values: ['x'] },
      { ...plain, kind: 1, values: ['x'] },
      { ...plain, kind: 2, min: 1n, values: ['x'] },
      { ...plain, kind: 3, max: 1n, values: [cell] },
      { ...plain, kind: 4 },
    ]
    for (const attribute of wrong) {
      expect(failure(() => attributeOf(attribute, 'it'))).to.include({
        code: 'ATTRIBUTE_INVALID',
        field: 'it',
      })
    }
  })
})
