import type { StorePlace } from '../../../indexer/store/store.ts'
import { emptyDataDir } from './index-of.ts'
import { emptyDatabase } from './postgres.ts'

/** Makes a place for a store in which there is nothing yet. */
export type EmptyPlace = () => Promise<StorePlace>

const KINDS: Record<string, EmptyPlace> = {
  PGlite: async () => ({ dataDir: await emptyDataDir() }),
  PostgreSQL: async () => ({ database: await emptyDatabase() }),
}

/** As `describe`, once for each database that an index can be kept in. */
export function onBothStores(
  title: string,
  suite: (this: Mocha.Suite, emptyPlace: EmptyPlace) => void,
): void {
  for (const [kind, emptyPlace] of Object.entries(KINDS)) {
    describe(`${title} (${kind})`, function () {
      suite.call(this, emptyPlace)
    })
  }
}
