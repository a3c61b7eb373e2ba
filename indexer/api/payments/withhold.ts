import type { NextFunction, Response } from 'express'

/** Headers that say what a body is that is not sent after all. */
const OF_BODY = ['Content-Type', 'Content-Length', 'ETag', 'Last-Modified']

/**
 * Keeps an answer back until `settle` has had it paid for. One that is no 200 goes out as it is, and is not paid for.
 *
 * @param settle returns the header that says that it was paid; when it rejects, nothing of the answer gets out
 */
export function withhold(response: Response, next: NextFunction, settle: () => Promise<string>): void {
  const end = response.end.bind(response) as (...args: unknown[]) => Response
  response.end = ((...args: unknown[]) => {
    response.end = end as Response['end']
    if (response.statusCode !== 200) return end(...args)
    settle().then(
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
