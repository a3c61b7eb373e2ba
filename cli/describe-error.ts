import { inspect } from 'node:util'
import { MeshError, messageOf } from '../protocol/errors.ts'
import { installMissing } from './optional-packages.ts'

/**
 * What a command that failed says.
 *
 * @param isVerbose whether the causes of the error and the places where they arose are told, too
 */
export function describeError(error: unknown, isVerbose: boolean): string {
  const { message, remedies } = adviceOn(error)
  return [isVerbose ? inspect(error, { depth: 6 }) : message, ...remedies].join('\n  ')
}

interface Advice {
  message: string
  /** What to do, where the message does not say it all. */
  remedies: string[]
}

function adviceOn(error: unknown): Advice {
  const message = messageOf(error) || String(error)
  if (error instanceof MeshError) {
    const isOneOfMany = error.code === 'HARDHAT_MISSING'
    return { message, remedies: isOneOfMany ? [`All at once: ${installMissing('hardhat')}`] : [] }
  }
  // Chain, index and API are optional peers, loaded on use.
  const missing = /Cannot find package '([^']+)'/.exec(message)?.[1]
  if (missing !== undefined) {
    return { message: `A package is missing: ${missing}`, remedies: [`Remedy: ${installMissing(missing)}`] }
  }
  const remedy =
    'Remedy: Nobody foresaw this error. With -v it tells where it arose: please report it with that.'
  return { message, remedies: [remedy] }
}
