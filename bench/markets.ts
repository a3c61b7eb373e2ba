/**
 * What markets cost to clear, each beside a rival in the same run:
 *
 *     npm run bench:markets                # everything
 *     npm run bench:markets -- clearing    # uniform price, 10,000 to 1,000,000 orders
 *
 * One core does all of it. Figures are medians with quartiles; on a machine that is busy with other things only the ratios
 * mean something.
 */
import { clearing } from './markets/clearing.ts'
import { runParts } from './run-parts.ts'

const parts = {
  clearing: { title: 'Uniform price of an order book', run: clearing },
}

await runParts(parts, process.argv[2])
