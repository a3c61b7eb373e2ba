import { expect } from 'chai'
import type { MeshError } from '../../../agent/index.ts'

/** What a promise is rejected with. */
export const rejection = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => expect.fail('it was fulfilled'),
    (error: unknown) => error,
  )

type Kind = abstract new (...args: never[]) => MeshError

/** The error that a run is refused with, which has to be of this kind. */
export async function refusal(doing: Promise<unknown>, kind: Kind, code: string): Promise<MeshError> {
  const error = await rejection(doing)
  expect(error).to.be.instanceOf(kind)
  expect((error as MeshError).code, String(error)).to.equal(code)
  return error as MeshError
}
