/**
 * What learning together costs, each beside a rival in the same run:
 *
 *     npm run bench:learning                # everything
 *     npm run bench:learning -- transfer    # an update of 10 MB from one agent to another
 *
 * Figures are medians with quartiles; on a machine that is busy with other things only the ratios mean something.
 */
import { transfer } from './learning/transfer.ts'
import { runParts } from './run-parts.ts'

const parts = {
  transfer: { title: 'An update of 10 MB from one agent to another', run: transfer },
}

await runParts(parts, process.argv[2])
