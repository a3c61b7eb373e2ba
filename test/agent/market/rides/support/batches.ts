import type { LonLat } from '../../../../../agent/market/rides/haversine.ts'
import { readCsv } from '../../../../../community/csv.ts'
import { readVectors } from './matrices.ts'

/** Riders and drivers of one moment of real trips, and what matching them comes to, in metres. */
export interface Batch {
  start_local: string
  optimal_total_m: number
  greedy_arrival_order_total_m: number
  greedy_cheapest_pair_total_m: number
  /** Where riders are picked up, and where drivers have become free. */
  riders: LonLat[]
  drivers: LonLat[]
}

type BatchVector = Omit<Batch, 'riders' | 'drivers'> & { rider_rows: number[]; driver_rows: number[] }

/** The batches of the vectors, the smaller one first. */
export function readBatches(): Batch[] {
  const { dataset, batches } = readVectors<{ dataset: string; batches: BatchVector[] }>('ride_batches')
  const path = new URL(`../../../../../data/${dataset}`, import.meta.url).pathname
  const { columns, rows } = readCsv(path)
  const position = (row: number, end: 'pickup' | 'dropoff'): LonLat => [
    Number(rows[row]?.cells[columns.indexOf(`${end}_lon`)]),
    Number(rows[row]?.cells[columns.indexOf(`${end}_lat`)]),
  ]
  return batches.map(({ rider_rows, driver_rows, ...batch }) => ({
    ...batch,
    riders: rider_rows.map((row) => position(row, 'pickup')),
    drivers: driver_rows.map((row) => position(row, 'dropoff')),
  }))
}
