import type { Dataset } from '../dataset.ts'
import type { MeterPort } from './meter-port.ts'

/**
 * Readings of a file as if meters told them, one slot after the other.
 *
 * @example
 * ```ts
 * const { readings } = fileMeter(readMeters('street.csv', tariff))
 * ```
 */
export function fileMeter({ slots }: Pick<Dataset, 'slots'>): MeterPort {
  let isClosed = false
  async function* replay() {
    for (const { start, end, readings } of slots) {
      for (const reading of readings) {
        if (isClosed) return
        yield { ...reading, start, end }
      }
    }
  }
  return {
    readings: replay(),
    async close() {
      isClosed = true
    },
  }
}
