import { z } from 'zod'
import { height } from '../../views/scalars.ts'
import type { ApiContext } from '../context.ts'
import { ApiError } from '../problem.ts'
import { defineRoute, none } from '../route.ts'

/** Most blocks that a ready index may be behind the chain. */
const READY_LAG = 2
/** Longest time since the last successful poll of a ready index, in poll intervals and at least in milliseconds. */
const STALE_POLLS = 10
const STALE_MILLISECONDS = 5_000

export const health = defineRoute({
  path: '/health',
  summary: 'Whether the process is alive',
  params: none,
  filters: none,
  paging: none,
  response: z.object({ status: z.literal('ok'), uptime: z.int().meta({ description: 'Seconds' }) }),
  answer: async (_input, { startedAt }) => ({
    status: 'ok' as const,
    uptime: Math.floor((Date.now() - startedAt) / 1000),
  }),
})

export const ready = defineRoute({
  path: '/ready',
  summary: 'Whether the index has caught up with the chain and goes on following it',
  params: none,
  filters: none,
  paging: none,
  response: z.object({ status: z.literal('ready'), blockNumber: height, head: height, lag: z.int() }),
  problems: { 503: 'Not, or not any more' },
  async answer(_input, context) {
    const { cursor, head } = context.replica.standing
    checkReadiness(context)
    const lag = Math.max(head - cursor.number, 0)
    return { status: 'ready' as const, blockNumber: cursor.number, head, lag }
  },
})

function checkReadiness({ replica, pollInterval }: ApiContext): void {
  const { failure, isWriter } = replica
  const { cursor, head, polledAt, disagreement } = replica.standing
  if (failure !== undefined) {
    throw new ApiError(503, failure.code, 'The index stopped following the chain.', {
      remedy: failure.remedy,
    })
  }
  if (disagreement !== undefined) {
    const { code, field, expected, received, remedy } = disagreement
    throw new ApiError(503, code, 'Endpoints of the chain disagree: nothing is stored until they agree.', {
      ...(field === undefined ? {} : { field }),
      expected,
      received,
      remedy,
    })
  }
  const stale = Math.max(pollInterval * STALE_POLLS, STALE_MILLISECONDS)
  if (Date.now() - polledAt > stale) {
    const received = polledAt === 0 ? 'none yet' : `the last one ${Date.now() - polledAt} ms ago`
    const expected = `an answer within ${stale} ms`
    if (isWriter) {
      throw new ApiError(503, 'CHAIN_UNREACHABLE', 'The chain has not answered for a while.', {
        ...{ expected, received },
        remedy: 'Look whether the chain is running; the index goes on by itself.',
      })
    }
    throw new ApiError(503, 'WRITER_SILENT', 'No process has told of the chain for a while.', {
      ...{ expected, received },
      remedy:
        'Look whether the chain runs, and a process that may write to the database; readers need nothing else.',
    })
  }
  if (head - cursor.number > READY_LAG) {
    throw new ApiError(503, 'CATCHING_UP', 'The index is catching up with the chain.', {
      expected: `at most ${READY_LAG} blocks behind`,
      received: `${head - cursor.number} blocks behind`,
      remedy: 'Wait: it becomes ready by itself.',
    })
  }
}
