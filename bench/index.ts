/**
 * What the index keeps up with:
 *
 *     npm run bench:index                # everything
 *     npm run bench:index -- backfill    # a chain of 50,000 logs, beside a loop that reads and decodes them
 *     npm run bench:index -- live        # blocks as fast as transactions are sent, and how old a row is
 *
 * Medians with quartiles; chain and index share the machine, and when that is busy with other things only the ratios mean
 * something.
 */
import { backfill } from './index/backfill.ts'
import { live } from './index/live.ts'
import { runParts } from './run-parts.ts'

const parts = {
  backfill: { title: 'From the first block to the last one', run: backfill },
  live: { title: 'While blocks are made', run: live },
}

await runParts(parts, process.argv[2])
