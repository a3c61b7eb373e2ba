/**
 * How the mesh fares with many agents, and for long:
 *
 *     npm run bench:scale                        # everything, half an hour on two cores
 *     npm run bench:scale -- mesh                # forty agents join
 *     npm run bench:scale -- kill                # 30 % and 60 % of forty are killed
 *     npm run bench:scale -- soak --minutes 1    # a day in a quarter of an hour, or less of it
 *
 * Times mean something on a machine that does nothing else; the load beside them is that of the minute before.
 */
import { parseArgs } from 'node:util'
import { runParts } from './run-parts.ts'
import { kill } from './scale/kill.ts'
import { mesh } from './scale/mesh.ts'
import { soak } from './scale/soak.ts'

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '15' } },
  allowPositionals: true,
})
const parts = {
  mesh: { title: 'Forty agents, from the first connect until each finds all others', run: mesh },
  kill: { title: 'Forty agents of which many are killed at once', run: kill },
  soak: {
    title: `A day of agents that trade, come and go: ${values.minutes} of its 15 minutes`,
    run: () => soak(Number(values.minutes)),
  },
}

if (!(Number(values.minutes) > 0)) {
  console.error(`--minutes takes a positive number, not "${values.minutes}"`)
  process.exit(2)
}
await runParts(parts, positionals[0])
