/**
 * The dashboard in Chromium: how soon it can be used, and whether it stays smooth while much happens:
 *
 *     npm run bench:web            # both parts, about a minute
 *     npm run bench:web -- load
 *     npm run bench:web -- events 400    # events a second; 200 unless it is said
 *
 * The limit in the same run is a page that does nothing: what of a figure is the browser's and the machine's.
 */
import { runParts } from './run-parts.ts'
import { events } from './web/events.ts'
import { load } from './web/load.ts'

const parts = {
  load: {
    title: 'From the address to figures that can be used, in milliseconds, twenty fresh browsers',
    run: load,
  },
  events: { title: 'Time between two frames while the market goes on, in milliseconds', run: events },
}

await runParts(parts, process.argv[2], process.argv[3])
