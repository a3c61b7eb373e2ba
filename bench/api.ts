/**
 * What the API takes to answer from an index of a million agreements and a hundred thousand agents in PostgreSQL:
 *
 *     npm run bench:api             # everything, some minutes on two cores, most of them to fill the database
 *     npm run bench:api -- lists    # one part
 *     npm run bench:api -- lists /v1/rides
 *
 * The database is an own one that ends with the benchmark, unless `DATABASE_URL` names one, which is filled when it is empty.
 * Server, database and clients share the machine.
 */
import { lists } from './api/lists.ts'
import { middleware } from './api/middleware.ts'
import { plans } from './api/plans.ts'
import { streams } from './api/streams.ts'
import { runParts } from './run-parts.ts'

const parts = {
  plans: { title: 'Slowest query of each combination of filters, one at a time', run: plans },
  lists: {
    title: 'Lists: 200 requests a second over 50 connections, all filters in turn, deep pages too',
    run: lists,
  },
  middleware: { title: 'Requests a second over 50 connections', run: middleware },
  streams: { title: 'Live events to 1,000 listeners', run: streams },
}

await runParts(parts, process.argv[2], process.argv[3])
