import { expect } from 'chai'
import { ConfigError, MeshNetwork } from '../../../agent/index.ts'

/** The SDK as plain JavaScript has it. */
type Untyped = Record<string, (...args: unknown[]) => unknown>
export const Plain = MeshNetwork as unknown as new (...args: unknown[]) => Untyped

/** What is called with what, and which field is at fault, why, and what the remedy says. */
type Case = [
  what: string,
  call: () => unknown,
  field: string,
  expected: string,
  received: string,
  remedy?: string,
]

/** What an action throws, or rejects with; else what it returns. */
export async function failure(act: () => unknown): Promise<unknown> {
  try {
    return await act()
  } catch (error) {
    return error
  }
}

/** Has a test for each. */
export function itRefuses(cases: readonly Case[]): void {
  for (const [what, call, field, expected, received, remedy = 'docs/sdk.md'] of cases) {
    it(`is refused when it is ${what}`, async () => {
      const error = await failure(call)
      expect(error)
        .to.be.instanceOf(ConfigError)
        .that.includes({ code: 'ARGUMENT_INVALID', field, expected, received })
      expect(error).to.have.property('remedy').that.includes(remedy)
    })
  }
}

/** Has a test for each name that there is not: what is called, where the name stands, and what to do. */
export function itMisses(cases: readonly [call: () => unknown, field: string, remedy: string][]): void {
  for (const [call, field, remedy] of cases) {
    it(`is refused when \`${field}\` is no name that there is`, async () => {
      const error = await failure(call)
      expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'OPTION_UNKNOWN', field, remedy })
      expect(error).to.have.property('received', field.split('.').at(-1))
    })
  }
}
