import { expect } from 'chai'
import { type Answer, type ServedMarket, serveMarket } from './api.ts'
import { onBothStores } from './both-stores.ts'
import { removeDataDirs } from './index-of.ts'

/** A market whose index is read as a user reads it. */
export interface ReadMarket extends ServedMarket {
  /** What the API answers, which must be a success, once its index is at the chain's newest block. */
  read(path: string): Promise<Answer['body']>
}

/**
 * As `describe`, once for each database that an index can be kept in: the tests share a market, which is there from
 * the suite's own `before` on.
 */
export function onServedMarket(title: string, suite: (this: Mocha.Suite, served: ReadMarket) => void): void {
  onBothStores(title, function (emptyPlace) {
    this.timeout(60_000)
    const served = {
      async read(path) {
        await served.caughtUp()
        const { status, body } = await served.get(path)
        expect(status, `${path}: ${JSON.stringify(body)}`).to.equal(200)
        return body
      },
    } as ReadMarket

    before(async () => Object.setPrototypeOf(served, await serveMarket(await emptyPlace())))
    after(async () => {
      await served.stop?.()
      removeDataDirs()
    })
    suite.call(this, served)
  })
}
