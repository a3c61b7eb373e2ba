/**
 * What markets cost to clear, each beside a rival in the same run:
 *
 *     npm run bench:markets                  # everything
 *     npm run bench:markets -- clearing      # order books of 10,000 to 1,000,000 orders
 *     npm run bench:markets -- assignment    # riders and drivers, 100 to 1,000 of each
 *     npm run bench:markets -- city          # 1,000 vehicles for a day
 *
 * One core does all of it. Figures are medians with quartiles; on a machine that is busy with other things only the ratios
 * mean something.
 */
import { assignment } from './markets/assignment.ts'
import { city } from './markets/city.ts'
import { clearing } from './markets/clearing.ts'
import { runParts } from './run-parts.ts'

const parts = {
  clearing: { title: 'Clearing of an order book', run: clearing },
  assignment: { title: 'Assignment of riders to drivers', run: assignment },
  city: { title: 'A city of 1,000 vehicles and 1,000 bookings an hour, for 24 hours', run: city },
}

await runParts(parts, process.argv[2])
