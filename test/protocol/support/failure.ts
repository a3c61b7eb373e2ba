import { MeshError } from '../../../protocol/errors.ts'

/** The MeshError that `fn` throws, undefined when it throws nothing; any other error is passed on. */
export function failure(fn: () => unknown): MeshError | undefined {
  try {
    fn()
    return undefined
  } catch (error) {
    if (error instanceof MeshError) return error
    throw error
  }
}
