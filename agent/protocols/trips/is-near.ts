import { getResolution, gridDisk, latLngToCell } from 'h3-js'
import type { Place } from '../../../protocol/trip.ts'
import { lonLatOf } from '../../market/rides/trip/index.ts'

/** Whether a place is in a cell, or in one beside it. @param area H3 cell; '' for everywhere */
export function isNear(place: Place, area: string): boolean {
  if (area === '') return true
  const [lon, lat] = lonLatOf(place)
  return gridDisk(area, 1).includes(latLngToCell(lat, lon, getResolution(area)))
}
