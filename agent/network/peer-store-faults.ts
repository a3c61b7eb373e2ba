import { ConfigError } from '../../protocol/errors.ts'

/** Thrown when the peer store, and so the directory of an agent, is open already. */
export function directoryInUse(path: string, cause?: unknown): ConfigError {
  return new ConfigError('DIRECTORY_IN_USE', 'The directory belongs to an agent that is running.', {
    field: path,
    remedy:
      'End the other process, or give this agent a directory of its own, by `directory` or the variable MESH_HOME: two would sign against each other. One that keeps nothing takes `directory: false`.',
    cause,
  })
}

/** Thrown when the peer store cannot be read. */
export function peerStoreDamaged(path: string, cause: unknown): ConfigError {
  return new ConfigError('PEER_STORE_DAMAGED', 'The peers that are remembered cannot be read.', {
    field: path,
    remedy: 'Remove this folder: peers are found again by the bootstrap list.',
    cause,
  })
}
