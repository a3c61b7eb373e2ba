import type { RideView } from '../../api/views.ts'
import { distance, money } from '../../format/amounts.ts'
import { nameOf } from '../../ui/name-of.ts'
import { useWidth } from '../../ui/use-width.ts'
import { apart } from './apart.ts'
import { centreOf, latticeOf, outlineOf } from './cells.ts'
import { arcPath, outlinePath, type Place, type Projection, projectionOf, scaleBar } from './projection.ts'
import { isUnderWay, type Request, type Vehicle } from './trips.ts'

/** Most trips that have ended and are drawn, the latest. */
const TRIPS = 24
/** About how many cells cover the map. */
const CELLS = 420
/** Below so many pixels the map has no room for names: the list of drivers beside it has them. */
const NARROW = 520
/** How large a car is, and a sign of its name is wide, in pixels. */
const [CAR, SIGN] = [28, 7]

export interface RideMapProps {
  vehicles: readonly Vehicle[]
  requests: readonly Request[]
  /** The latest first. */
  rides: readonly RideView[]
}

/** Drivers, requests and trips over a lattice of H3 cells; the chain and the mesh know no streets. */
export function RideMap({ vehicles, requests, rides }: RideMapProps) {
  const [place, width] = useWidth()
  const drawn = [...rides.filter(isUnderWay), ...rides.filter((ride) => !isUnderWay(ride)).slice(0, TRIPS)]
  const ends = [
    ...drawn.flatMap(({ pickup, dropoff }) => [pickup, dropoff]),
    ...requests.flatMap(({ pickup, dropoff }) => [pickup, dropoff ?? pickup]),
  ]
  const cells = [...ends, ...vehicles.map(({ area }) => area)]
  const places = cells.map(centreOf).filter((found) => found !== undefined)
  return (
    <div class="map" ref={place}>
      {width > 0 && places.length > 0 && (
        <Picture
          {...{ vehicles, requests, drawn }}
          begins={[...rides, ...requests].map(({ pickup }) => pickup)}
          projection={projectionOf(places, {
            ...{
              width,
              height: Math.round(width < NARROW ? width : width * 0.66),
              padding: 56,
              leastKm: 1.6,
            },
          })}
        />
      )}
    </div>
  )
}

function Picture(props: {
  vehicles: readonly Vehicle[]
  requests: readonly Request[]
  drawn: readonly RideView[]
  begins: readonly string[]
  projection: Projection
}) {
  const { vehicles, requests, drawn, begins, projection } = props
  const lattice = latticeOf(projection, begins, CELLS)
  const most = Math.max(1, ...lattice.map(({ count }) => count))
  const areas = [...new Set(vehicles.map(({ area }) => area))]
  const bar = scaleBar(projection.pixelsPerKilometre, 120)
  const { width, height } = projection
  const at = (cell: string) => pointOf(centreOf(cell), projection)
  return (
    <svg role="img" aria-label={wordsOf(props)} width={width} height={height}>
      <defs>
        <marker
          id="to"
          viewBox="0 0 8 8"
          refX="6"
          refY="4"
          markerUnits="userSpaceOnUse"
          markerWidth="14"
          markerHeight="14"
          orient="auto"
        >
          <path d="M0 0L8 4L0 8L2 4Z" fill="context-stroke" />
        </marker>
      </defs>
      {lattice.map(({ cell, outline, count }) => (
        <path
          key={cell}
          class="cell"
          d={outlinePath(outline, projection)}
          style={
            count === 0
              ? undefined
              : {
                  fill: `color-mix(in srgb, var(--sun-soft) ${20 + Math.round((60 * count) / most)}%, var(--card))`,
                }
          }
        >
          {count > 0 && (
            <title>
              {count} {count === 1 ? 'ride begins' : 'rides begin'} here
            </title>
          )}
        </path>
      ))}
      {areas.map((area) => (
        <path key={area} class="area" d={outlinePath(outlineOf(area), projection)} />
      ))}
      {drawn.toReversed().map((ride, index) => {
        const [from, to] = [at(ride.pickup), at(ride.dropoff)]
        if (from === undefined || to === undefined) return null
        const opacity = isUnderWay(ride) ? 1 : 0.1 + (0.4 * (index + 1)) / drawn.length
        return (
          <g key={ride.id} class={isUnderWay(ride) ? 'trip under-way' : 'trip'} style={{ opacity }}>
            <title>
              {distance(ride.metres)} for {money(ride.fare, 2)} $, {ride.status}
            </title>
            <path d={arcPath(from, to)} marker-end="url(#to)" />
            <circle cx={from.x} cy={from.y} r={4.5} />
          </g>
        )
      })}
      {requests.map(({ hash, pickup, dropoff, metres, fare }) => {
        const [from, to] = [at(pickup), dropoff === undefined ? undefined : at(dropoff)]
        if (from === undefined) return null
        return (
          <g key={hash} class="request">
            <title>
              Asks for {distance(metres)}, for at most {money(fare, 2)} $
            </title>
            {to && <path d={arcPath(from, to)} marker-end="url(#to)" />}
            <circle class="pulse" cx={from.x} cy={from.y} r={6} />
            <circle cx={from.x} cy={from.y} r={6} />
          </g>
        )
      })}
      {carsIn(vehicles, projection).map((car) => (
        <Car key={car.vehicle.address} {...car} isNamed={width >= NARROW} />
      ))}
      <g class="scale" transform={`translate(16 ${height - 18})`}>
        <path d={`M0 -4V0H${bar.pixels.toFixed(1)}V-4`} />
        <text x={bar.pixels + 8} y={1}>
          {distance(bar.metres)}
        </text>
      </g>
    </svg>
  )
}

interface PlacedCar {
  vehicle: Vehicle
  point: { x: number; y: number }
}

/** Where cars stand, with their names to the right of them where there is room for names, and none on another. */
function carsIn(vehicles: readonly Vehicle[], projection: Projection): PlacedCar[] {
  const cars = vehicles.flatMap((vehicle, index) => {
    const place = pointOf(centreOf(vehicle.ride?.pickup ?? vehicle.area), projection)
    return place === undefined ? [] : [{ vehicle, point: besides(place, index, vehicle) }]
  })
  const boxes = cars.map(({ vehicle, point }) => {
    const name = projection.width < NARROW ? 0 : 6 + SIGN * nameOf(vehicle.address).length
    return { x: point.x - CAR / 2, y: point.y - CAR / 2, width: CAR + name, height: CAR + 2 }
  })
  return apart(boxes).map(({ x, y }, index) => ({
    ...(cars[index] as PlacedCar),
    point: { x: x + CAR / 2, y: y + CAR / 2 },
  }))
}

function Car({ vehicle: { address, ride }, point, isNamed }: PlacedCar & { isNamed: boolean }) {
  return (
    <g class={ride ? 'car busy' : 'car'} transform={`translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`}>
      <title>
        {nameOf(address)}, {ride ? 'on a ride' : 'waits for riders in this area'}
      </title>
      <rect x={-14} y={-14} width={28} height={28} rx={14} />
      <path d="M-8 4V0L-5.5 -5H5.5L8 0V4H6.5A2 2 0 0 1 2.5 4H-2.5A2 2 0 0 1 -6.5 4ZM-5.5 -0.5H5.5L4.2 -3.2H-4.2Z" />
      {isNamed && (
        <text x={18} y={1} dy="0.32em">
          {nameOf(address)}
        </text>
      )}
    </g>
  )
}

/** Those who tell the same area stand beside one another in it, and a driver beside its rider. */
function besides({ x, y }: { x: number; y: number }, index: number, { ride }: Vehicle) {
  if (ride !== undefined) return { x: x - 22, y: y - 22 }
  const angle = index * 2.4
  const radius = index === 0 ? 0 : 24 + 16 * Math.sqrt(index)
  return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) }
}

function pointOf(place: Place | undefined, { x, y }: Projection) {
  return place && { x: x(place), y: y(place) }
}

function wordsOf(props: {
  vehicles: readonly Vehicle[]
  requests: readonly Request[]
  drawn: readonly RideView[]
}) {
  const { vehicles, requests, drawn } = props
  const underWay = drawn.filter(isUnderWay).length
  return `Map of hexagonal cells, with ways from pick-ups to drop-offs. Drivers: ${vehicles.length}. Trips under way: ${underWay}. Open requests: ${requests.length}. Trips that ended, the last of them: ${drawn.length - underWay}.`
}
