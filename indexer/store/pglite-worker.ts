/** PGlite in a thread of its own: answers the statements of {@link PGliteThread} one after the other. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { PGlite, type Results, types } from '@electric-sql/pglite'

/** A statement, or none to close the database. */
export type Question = { id: number } & ({ statement: string; values: unknown[] } | { statement?: never })

/** What came of it. Of an error its members are told besides, which are lost when it is copied. */
export type Answer = { id: number } & (
  | (Pick<Results<unknown>, 'rows' | 'fields' | 'affectedRows'> & { error?: never })
  | { error: Error; members: object }
)

/** Amounts come back as bigint; block numbers and times are far below 2^53 and come back as number. */
const parsers = { [types.NUMERIC]: BigInt, [types.INT8]: Number }
const { dataDir } = workerData as { dataDir: string | undefined }
const db = new PGlite({ ...(dataDir === undefined ? {} : { dataDir }), parsers })
const port = parentPort as MessagePort

port.on('message', async (question: Question) => {
  port.postMessage(await answer(question))
  if (question.statement === undefined) port.close()
})

async function answer({ id, ...question }: Question): Promise<Answer> {
  try {
    if (question.statement === undefined) {
      await db.close()
      return { id, rows: [], fields: [] }
    }
    return { id, ...(await db.query(question.statement, question.values)) }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    return { id, error, members: JSON.parse(JSON.stringify(error)) }
  }
}
