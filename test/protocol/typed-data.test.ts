import { expect } from 'chai'
import fc from 'fast-check'
import { hashTypedData } from 'viem'
import { hashAgreement, hashConditions, hashIntent, hashRelease } from '../../protocol/eip712.ts'
import {
  agreementTypedData,
  intentTypedData,
  releaseTypedData,
  type TypedData,
} from '../../protocol/typed-data.ts'
import * as arbitrary from './support/arbitraries.ts'

/** What a wallet hashes that is given the JSON. */
const digestOf = (data: TypedData) => hashTypedData(JSON.parse(JSON.stringify(data)))

/** Chains are numbered by what JSON can hold. */
const domain = arbitrary.domain.map((each) => ({ ...each, chainId: each.chainId % 2n ** 53n }))

describe('typed data for wallets', () => {
  it('of an intent has the digest that agents verify', () => {
    fc.assert(
      fc.property(domain, arbitrary.intent, (of, intent) => {
        expect(digestOf(intentTypedData(of, intent))).to.equal(hashIntent(of, intent))
      }),
    )
  })

  it('of an agreement shows its conditions, and has the digest that the escrow verifies', () => {
    fc.assert(
      fc.property(...[domain, arbitrary.agreement, arbitrary.conditions], (of, signed, conditions) => {
        const agreement = { ...signed, conditions: hashConditions(conditions) }
        const data = agreementTypedData(of, agreement, conditions)
        expect(data.message.conditions).to.include({ window: String(conditions.window) })
        expect(digestOf(data)).to.equal(hashAgreement(of, agreement))
      }),
    )
  })

  it('of a release has the digest that the escrow verifies', () => {
    fc.assert(
      fc.property(domain, arbitrary.release, (of, release) => {
        expect(digestOf(releaseTypedData(of, release))).to.equal(hashRelease(of, release))
      }),
    )
  })

  it('has no number that JSON would round', () => {
    fc.assert(
      fc.property(domain, arbitrary.intent, (of, intent) => {
        const numbers: number[] = []
        JSON.parse(JSON.stringify(intentTypedData(of, intent)), (_key, value) => {
          if (typeof value === 'number') numbers.push(value)
          return value
        })
        expect(numbers.every((number) => Number.isSafeInteger(number))).to.equal(true)
      }),
    )
  })
})
