import { ConfigError, messageOf } from '../protocol/errors.ts'

const FAULTS = {
  FILE_UNREADABLE: ['The file cannot be read.', 'Check the path and the permissions.'],
  FILE_UNWRITABLE: ['The file cannot be written.', 'Check the folder and its permissions.'],
} as const

/** The error for a file that the system does not let us read or write. @param cause what the system says */
export function fileError(code: keyof typeof FAULTS, file: string, cause: unknown): ConfigError {
  const [message, remedy] = FAULTS[code]
  return new ConfigError(code, message, { field: file, received: messageOf(cause), remedy, cause })
}
