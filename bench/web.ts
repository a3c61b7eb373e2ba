/**
 * The dashboard in Chromium: how soon it can be used, and whether it stays smooth while much happens:
 *
 *     npm run bench:web            # both parts, about two minutes
 *     npm run bench:web -- load
 *     npm run bench:web -- events 400    # events a second offered; 200 unless it is said
 *
 * The limit in the same run is a page that does nothing: what of a figure is the browser's, the index's and the machine's.
 */
import { runParts } from './run-parts.ts'
import { events } from './web/events.ts'
import { load } from './web/load.ts'

const parts = {
  load: {
    title: 'From the address to figures that can be used, in milliseconds, twenty fresh browsers',
    run: load,
  },
  events: {
    title: 'Events that come to the page while the market goes on, and milliseconds between two frames',
    run: events,
  },
}

await runParts(parts, process.argv[2], process.argv[3])
