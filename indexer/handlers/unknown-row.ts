import { ChainError } from '../../protocol/errors.ts'

/** A log about something whose beginning the index has not seen. */
export function unknownRow(what: string, id: unknown): ChainError {
  return new ChainError(
    'INDEX_INCOMPLETE',
    'The chain speaks of something whose first event is not indexed.',
    {
      field: 'deployment.fromBlock',
      expected: 'a block before the contracts were deployed',
      received: `${what} ${id}`,
      remedy: 'Correct the deployment, delete the data directory and start again.',
    },
  )
}
