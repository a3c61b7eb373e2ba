import { once } from 'node:events'
import { expect } from 'chai'
import { sql } from 'kysely'
import pg from 'pg'
import { Store, type Tx } from '../../indexer/store/store.ts'
import { emptyDatabase } from './support/postgres.ts'

describe('the election of the writer', function () {
  this.timeout(60_000)
  let database: string
  const stores: Store[] = []

  before(async () => {
    database = await emptyDatabase()
  })
  after(() => Promise.all(stores.map((store) => store.close())))

  async function open(): Promise<Store> {
    const store = await Store.open({ database })
    stores.push(store)
    return store
  }

  const insert = (tx: Tx, data: string) =>
    tx.insertInto('outbox').values({ type: 'reset', topics: [], data }).execute()
  const note = (store: Store, data: string) => store.write((tx) => insert(tx, data))
  const notes = (store: Store) =>
    store.transaction(async (tx) =>
      (await tx.selectFrom('outbox').select('data').execute()).map(({ data }) => data),
    )
  const codeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'none',
      (error: { code?: string }) => error.code,
    )

  it('gives one of many the right to write, and another one when it resigns', async () => {
    const all = [await open(), await open(), await open()] as const
    const terms = await Promise.all(all.map((store) => store.elect()))
    const elected = terms.findIndex((term) => term !== undefined)
    expect(terms.filter((term) => term !== undefined)).to.have.length(1)
    const [writer, ...others] = [all[elected] as Store, ...all.filter((_, index) => index !== elected)]
    await note(writer, 'first')
    for (const other of others) expect(await codeOf(note(other, 'refused'))).to.equal('NOT_THE_WRITER')
    expect(await others[0]?.elect()).to.equal(undefined)

    await writer.resign()
    expect(await codeOf(note(writer, 'refused'))).to.equal('NOT_THE_WRITER')
    expect(await others[0]?.elect()).not.to.equal(undefined)
    await note(others[0] as Store, 'second')
    expect(await notes(writer)).to.deep.equal(['first', 'second'])
    await others[0]?.resign()
  })

  it('lets none commit that lost its session in the middle of writing', async () => {
    const [former, next] = [await open(), await open()]
    const term = await former.elect()
    const before = await notes(next)
    const attempt = former.write(async (tx) => {
      await insert(tx, 'too late')
      await endSession(tx)
      // Another one writes before this transaction goes on.
      while ((await next.elect()) === undefined) await once(next.events, 'change')
      await note(next, 'by the next')
    })
    expect(await codeOf(attempt)).not.to.equal('none')
    expect(term?.over.aborted).to.equal(true)
    expect(await codeOf(note(former, 'refused'))).to.equal('NOT_THE_WRITER')
    expect(await former.elect()).to.equal(undefined)
    expect(await notes(former)).to.deep.equal([...before, 'by the next'])
  })

  /** Has the server end the session that a transaction is in. */
  async function endSession(tx: Parameters<Parameters<Store['write']>[0]>[0]): Promise<void> {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    const client = new pg.Client(database)
    await client.connect()
    await client.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
    await client.end()
  }

  it('tells those who read when something was written', async () => {
    const [writer, reader] = [await open(), await open()]
    await Promise.all(stores.map((store) => store.resign()))
    expect(await writer.elect()).not.to.equal(undefined)
    // Changes are told also when one looks by oneself, so the reader's own look must find what the writer told of.
    await note(writer, 'news')
    await once(reader.events, 'change')
    expect(await notes(reader)).to.include('news')
  })
})
