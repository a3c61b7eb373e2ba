import { expect } from 'chai'
import { z } from 'zod'
import { expectation } from '../../protocol/expectation.ts'

describe('expectation', () => {
  const saying = (schema: z.ZodType, value: unknown) =>
    schema.safeParse(value, { error: expectation }).error?.issues[0]?.message

  const cases: [string, z.ZodType, unknown, string][] = [
    ['a wrong type', z.string(), 1, 'a string'],
    ['nothing', z.object({ homes: z.array(z.string()) }), {}, 'an array'],
    ['a fraction', z.int(), 1.5, 'an integer'],
    ['something given twice', z.string(), ['1', '2'], 'one value'],
    ['an unknown word', z.enum(['buy', 'sell']), 'give', 'one of buy, sell'],
    ['too few', z.array(z.string()).min(2), [], 'at least 2 entries'],
    ['too long', z.string().max(3), 'four', 'at most 3 characters'],
    ['too small', z.number().positive(), 0, 'more than 0'],
    ['too large', z.number().max(9), 10, 'at most 9'],
    ['a field of another name', z.strictObject({}), { colour: 'red' }, 'no such field'],
    ['what the schema says by itself', z.string().regex(/^x/, 'something with x'), 'y', 'something with x'],
    ['anything else', z.string().regex(/^x/), 'y', 'a valid value'],
  ]
  for (const [what, schema, value, words] of cases) {
    it(`says of ${what}: ${words}`, () => expect(saying(schema, value)).to.equal(words))
  }
})
