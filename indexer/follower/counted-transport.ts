import type { Transport } from 'viem'

/** How the calls over a transport went. */
export interface Calls {
  answered: number
  failed: number
}

/** Counts the calls over a transport; what its user calls off is not counted. */
export function countedTransport<T extends Transport>(transport: T, calls: Calls): T {
  return ((parameters) => {
    const made = transport(parameters)
    return {
      ...made,
      async request(call: Parameters<typeof made.request>[0], options) {
        try {
          const answer = await made.request(call, options)
          calls.answered++
          return answer
        } catch (error) {
          if (!(error instanceof Error && error.name === 'AbortError')) calls.failed++
          throw error
        }
      },
    }
  }) as T
}
