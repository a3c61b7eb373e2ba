import type { Reading } from '../messages.ts'

/** What one home measured in one interval [start, end), Unix seconds, in whole Wh. */
export interface MeterMessage extends Reading {
  start: number
  end: number
}

/** Where readings of homes come from: meters that push by HTTP, or publish to a broker. */
export interface MeterPort {
  /** Ends it, when all that was taken is kept. */
  close(): Promise<void>
}

/** What every source of readings is given. */
export interface MeterSink {
  /** Keeps a reading; a meter is told that it was taken when this is over. Throws RefusedError for what is not to be kept. */
  take: (message: MeterMessage) => Promise<void>
  /** Hears of what was not taken, and of which home it is where that is known. */
  onError: (error: unknown, home?: string) => void
}
