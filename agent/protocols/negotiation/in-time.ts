import { TimeoutError } from '../../../protocol/errors.ts'

/**
 * What an own handler says, at once or later.
 *
 * @param handler its name, for the error
 * @param time milliseconds
 * @throws TimeoutError `DECISION_LATE`; whatever the handler throws
 */
export async function inTime<T>(handler: string, time: number, ask: () => T | Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = () =>
    reject(
      new TimeoutError('DECISION_LATE', 'A handler did not decide in time.', {
        field: handler,
        expected: `within ${time} ms`,
        remedy: 'Say no to what takes longer: the other side waits for an answer no longer.',
      }),
    )
  const timer = setTimeout(late, time)
  try {
    return await Promise.race([ask(), promise])
  } finally {
    clearTimeout(timer)
  }
}
