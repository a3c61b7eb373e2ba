import { setTimeout as sleep } from 'node:timers/promises'
import { readMeta } from '../store/queries/meta.ts'
import type { ApiContext } from './context.ts'
import { ApiError } from './problem.ts'

/** How far a ready index may be behind its chain. */
export interface LagLimits {
  blocks: number
  /** Since it had all that the chain had. */
  seconds: number
}

/** A few blocks are missing at any time where they come fast; half a minute is two blocks of a slow chain. */
export const LAG_LIMITS: LagLimits = { blocks: 10, seconds: 30 }

/** Longest time since the last successful poll of a ready index, in poll intervals and at least in milliseconds. */
const STALE_POLLS = 10
const STALE_MILLISECONDS = 5_000
/** Longest time that the database of a ready index takes to tell the newest block, in milliseconds. */
const DATABASE_TIMEOUT = 3_000

/** How far an index is, and how far behind. */
export interface Progress extends LagLimits {
  blockNumber: number
  head: number
}

/**
 * Makes sure that requests are answered, and of a present that is one.
 *
 * @throws ApiError 503 that says what lags, and what to do
 */
export async function checkReadiness(context: ApiContext): Promise<Progress> {
  checkRunning(context)
  await checkDatabase(context)
  checkChain(context)
  return checkLag(context)
}

function checkRunning({ replica, stopping }: ApiContext): void {
  if (stopping.aborted) {
    throw new ApiError(503, 'STOPPING', 'This process is being stopped.', {
      remedy: 'Ask another one, or this one again when it is back.',
    })
  }
  const { failure } = replica
  if (failure === undefined) return
  throw new ApiError(503, failure.code, 'The index stopped following the chain.', { remedy: failure.remedy })
}

async function checkDatabase({ store }: ApiContext): Promise<void> {
  const asked = new AbortController()
  const answer = store.transaction(readMeta).then(
    () => undefined,
    () => 'an error',
  )
  const silence = sleep(DATABASE_TIMEOUT, 'nothing', { signal: asked.signal }).catch(() => undefined)
  const received = await Promise.race([answer, silence])
  asked.abort()
  if (received === undefined) return
  throw new ApiError(503, 'DATABASE_SILENT', 'The database of the index does not answer.', {
    field: 'database',
    expected: `an answer within ${DATABASE_TIMEOUT} ms`,
    received,
    remedy: 'Look whether it runs, and what it is busy with; the index goes on by itself.',
  })
}

function checkChain({ replica, pollInterval }: ApiContext): void {
  const { polledAt, disagreement, isStoring = false } = replica.standing
  if (disagreement !== undefined) {
    const { code, field, expected, received, remedy } = disagreement
    throw new ApiError(503, code, 'Endpoints of the chain disagree: nothing is stored until they agree.', {
      ...(field === undefined ? {} : { field }),
      expected,
      received,
      remedy,
    })
  }
  const limit = Math.max(pollInterval * STALE_POLLS, STALE_MILLISECONDS)
  const age = Date.now() - polledAt
  if (age <= limit || isStoring) return
  const received = polledAt === 0 ? 'none yet' : `the last one ${age} ms ago`
  const expected = `an answer within ${limit} ms`
  if (replica.isWriter) {
    throw new ApiError(503, 'CHAIN_UNREACHABLE', 'The chain has not answered for a while.', {
      ...{ field: 'chain', expected, received },
      remedy: 'Look whether the chain is running; the index goes on by itself.',
    })
  }
  throw new ApiError(503, 'WRITER_SILENT', 'No process has told of the chain for a while.', {
    ...{ field: 'writer', expected, received },
    remedy:
      'Look whether the chain runs, and a process that may write to the database; readers need nothing else.',
  })
}

function checkLag({ replica, lagLimits }: ApiContext): Progress {
  const { cursor, head, levelAt } = replica.standing
  const blocks = Math.max(head - cursor.number, 0)
  const seconds = Math.floor((Date.now() - levelAt) / 1000)
  if (blocks > lagLimits.blocks) throw catchingUp('blocks', lagLimits, `${blocks} blocks behind`)
  if (levelAt === 0) throw catchingUp('blocks', { blocks: 0 }, `${blocks} blocks behind, and never less yet`)
  if (seconds > lagLimits.seconds) throw catchingUp('seconds', lagLimits, `${seconds} seconds behind`)
  return { blockNumber: cursor.number, head, blocks, seconds }
}

function catchingUp<F extends keyof LagLimits>(
  field: F,
  limits: Pick<LagLimits, F>,
  received: string,
): ApiError {
  return new ApiError(503, 'CATCHING_UP', 'The index is catching up with the chain.', {
    field,
    expected: `at most ${limits[field]} ${field} behind`,
    received,
    remedy:
      'Wait: it becomes ready by itself. Where it does not, look at chain and database, which one of them is slow.',
  })
}
