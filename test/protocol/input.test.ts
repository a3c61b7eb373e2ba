import { expect } from 'chai'
import { z } from 'zod'
import { checkInput, membersOf } from '../../protocol/input.ts'

const schema = membersOf<{ amount?: bigint }>({ amount: z.bigint().optional() })

/** The fault of what was given. */
function faultOf(value: unknown): { code: string; field: string; received: string; message: string } {
  try {
    checkInput('pay', schema, value)
  } catch (error) {
    return error as ReturnType<typeof faultOf>
  }
  throw new Error('nothing is wrong with it')
}

describe('what is said of a wrong input', () => {
  it('is short, however long the input is', () => {
    const long = 'y'.repeat(1_000_000)
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`name${index}`, 1]))
    for (const given of [{ amount: long }, { [long]: 1 }, { amount: many }, { amount: { [long]: 1 } }]) {
      const { code, field, received, message } = faultOf(given)
      expect(code).to.be.oneOf(['ARGUMENT_INVALID', 'OPTION_UNKNOWN'])
      for (const text of [field, received]) expect(text.length).to.be.below(250)
      expect(message.length).to.be.below(1_500)
    }
  })

  it('is all of one that is not long', () => {
    expect(faultOf({ amount: 'five' })).to.include({ field: 'amount', received: '"five"' })
    expect(faultOf({ amuont: 5n })).to.include({ code: 'OPTION_UNKNOWN', received: 'amuont' })
  })
})
