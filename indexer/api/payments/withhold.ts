import type { NextFunction, Response } from 'express'

/** Headers that say what a body is that is not sent after all. */
const OF_BODY = ['Content-Type', 'Content-Length', 'ETag', 'Last-Modified']

interface Withheld {
  /** Has it paid for. Returns the header that says so; when it rejects, nothing of the answer gets out. */
  settle(): Promise<string>
  /** Whether it is owed also by a client that has gone, because it has cost something. */
  isOwed: boolean
  /** Called when all is done, whatever came of it. */
  release(): void
}

/** Keeps an answer back until it is paid for. One that is no 200 goes out as it is, and is not paid for. */
export function withhold(
  response: Response,
  next: NextFunction,
  { settle, isOwed, release }: Withheld,
): void {
  const end = response.end.bind(response) as (...args: unknown[]) => Response
  response.end = ((...args: unknown[]) => {
    response.end = end as Response['end']
    if (response.statusCode !== 200 || (response.destroyed && !isOwed)) {
      release()
      return end(...args)
    }
    settle()
      .finally(release)
      .then(
        (paid) => {
          response.set({ 'PAYMENT-RESPONSE': paid, 'Cache-Control': 'private, no-cache' })
          end(...args)
        },
        (error: unknown) => {
          for (const header of OF_BODY) response.removeHeader(header)
          next(error)
        },
      )
    return response
  }) as Response['end']
}
