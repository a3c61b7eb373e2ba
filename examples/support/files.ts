import { ConfigError } from '@mesh/sdk'

/** What a file has in one of its places that cannot be used. */
export interface Wrong {
  /** Such as 'line 3'. */
  place: string
  expected: string
  received: string | undefined
}

/** An error that says where a file is wrong, with the code `FILE_INVALID`. */
export function wrongFile(file: string, { place, expected, received }: Wrong): ConfigError {
  return new ConfigError('FILE_INVALID', 'A file cannot be used.', {
    ...{ field: `${file}, ${place}`, expected, received },
    remedy: 'Correct it, or name another file.',
  })
}
