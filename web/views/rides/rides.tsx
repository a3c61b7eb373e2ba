import { useMemo } from 'preact/hooks'
import { ErrorBoundary, lazy } from 'preact-iso'
import { useQuery } from '../../api/use-query.ts'
import type { AgentView, IntentView, RideView } from '../../api/views.ts'
import { count, distance, money } from '../../format/amounts.ts'
import { lasting, timeOfDay } from '../../format/times.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { Figure, Figures, Heading, Panel } from '../../ui/panel.tsx'
import { Empty, Known } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { Hash, Status, Who } from '../../ui/who.tsx'
import {
  DRIVE,
  matchedAfter,
  outcomeOf,
  type Request,
  requestsIn,
  type Vehicle,
  vehiclesIn,
} from './trips.ts'
import './rides.css'

/** The map brings H3, which is larger than all the rest of the page. */
const RideMap = lazy(() => import('./ride-map.tsx').then(({ RideMap }) => RideMap))

/** Rides, on a map and as a table. */
export function Rides() {
  const rides = useQuery<RideView[]>('/v1/rides?limit=200', { refreshOn: ['agreement'] })
  const drivers = useQuery<AgentView[]>(`/v1/agents?capability=${DRIVE}&limit=200`, {
    refreshOn: ['agent'],
    polls: true,
  })
  const intents = useQuery<IntentView[]>(`/v1/intents?capability=${DRIVE}&limit=200`, {
    refreshOn: ['intent', 'agreement'],
    polls: true,
  })
  const known = rides.answer?.data ?? []
  const requests = useMemo(
    () => requestsIn(intents.answer?.data ?? [], known),
    [intents.answer, rides.answer],
  )
  const vehicles = useMemo(
    () => vehiclesIn(drivers.answer?.data ?? [], known, Date.now() / 1_000),
    [drivers.answer, rides.answer],
  )
  return (
    <>
      <Heading title="Rides">
        Riders say where from and where to by hexagonal cells; drivers nearby bid for the fare, and are paid
        metre by metre. Where exactly they meet only the two are told.
      </Heading>
      <Known query={rides} what="rides">
        {(rows) => (
          <>
            <Glance rides={rows} requests={requests} vehicles={vehicles} />
            <div class="grid rides">
              <Panel
                title="Where they go"
                note="Cells in which rides began are amber. A driver tells its area, not its place"
                wide
              >
                <MapPlace vehicles={vehicles} requests={requests} rides={rows} />
              </Panel>
              <div class="stack">
                <KnownPanel
                  title="Asking for a ride"
                  note="Drivers bid below what a rider would pay"
                  query={intents}
                  what="requests"
                >
                  {() => <Requests requests={requests} />}
                </KnownPanel>
                <KnownPanel title="Drivers" query={drivers} what="drivers">
                  {() => <Drivers vehicles={vehicles} />}
                </KnownPanel>
              </div>
              <section class="panel full" aria-labelledby="trips">
                <header>
                  <div>
                    <h2 id="trips">What came of it</h2>
                    <p class="note">The last rides, the newest first</p>
                  </div>
                </header>
                {rows.length === 0 ? (
                  <Empty>
                    Nobody has ridden yet. In a market with drivers: <code>mesh ride --from … --to …</code>
                  </Empty>
                ) : (
                  <Trips rides={rows.slice(0, 30)} />
                )}
              </section>
            </div>
          </>
        )}
      </Known>
    </>
  )
}

function Glance(props: {
  rides: readonly RideView[]
  requests: readonly Request[]
  vehicles: readonly Vehicle[]
}) {
  const { underWay, ended, metres, paid, perKm, medianMatch } = outcomeOf(props.rides)
  const free = props.vehicles.filter(({ ride }) => ride === undefined).length
  return (
    <Figures>
      <Figure name="Drivers" value={count(props.vehicles.length)} hint={`${free} free`} />
      <Figure name="Under way" value={count(underWay)} hint={`${props.requests.length} asking`} />
      <Figure name="Rides paid" value={count(ended)} hint={distance(metres)} />
      <Figure
        name="Average fare"
        value={perKm === undefined ? '–' : money(perKm, 2)}
        unit="$/km"
        hint={`${money(paid, 2)} $ in all`}
      />
      <Figure
        name="Found a driver within"
        value={medianMatch === undefined ? '–' : lasting(medianMatch * 1_000)}
        hint="half of all rides"
      />
    </Figures>
  )
}

function Legend() {
  return (
    <p class="legend" aria-hidden="true">
      <span class="car">driver</span>
      <span class="request">request</span>
      <span class="under-way">under way</span>
      <span class="ended">ended</span>
    </p>
  )
}

function MapPlace(props: {
  vehicles: readonly Vehicle[]
  requests: readonly Request[]
  rides: readonly RideView[]
}) {
  const isEmpty = props.vehicles.length + props.requests.length + props.rides.length === 0
  if (isEmpty) {
    return (
      <Empty>
        Nobody drives or asks for a ride here. The map draws itself as soon as somebody does:{' '}
        <code>mesh up --drivers 3</code> begins a market with drivers, and{' '}
        <code>npm run -s example -- driver-and-rider</code> has a driver and a rider join a running one.
      </Empty>
    )
  }
  return (
    <>
      <Legend />
      <div class="map-place">
        <ErrorBoundary>
          <RideMap {...props} />
        </ErrorBoundary>
      </div>
    </>
  )
}

function Requests({ requests }: { requests: readonly Request[] }) {
  if (requests.length === 0) {
    return (
      <Empty>
        Nobody asks at this moment. A request stands here from when it is heard until a driver has it.
      </Empty>
    )
  }
  return (
    <ul class="wishes">
      {requests.map(({ hash, rider, metres, fare, wait }) => (
        <li key={hash}>
          <span class="side buy">asks</span>
          <span>
            <Who address={rider} /> {distance(metres)}
          </span>
          <span class="soft">
            ≤ {money(fare, 2)} ${wait !== undefined && `, waits ${lasting(wait * 1_000)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Drivers({ vehicles }: { vehicles: readonly Vehicle[] }) {
  if (vehicles.length === 0) {
    return (
      <Empty>Nobody drives here at present. Who does says so, and stands here as long as that holds.</Empty>
    )
  }
  return (
    <ul class="wishes">
      {vehicles.map(({ address, ride }) => (
        <li key={address}>
          <span class={ride ? 'status delivered' : 'status settled'}>{ride ? 'busy' : 'free'}</span>
          <Who address={address} />
          <span class="soft">{ride && `${distance(ride.metres)} for ${money(ride.fare, 2)} $`}</span>
        </li>
      ))}
    </ul>
  )
}

function Trips({ rides }: { rides: readonly RideView[] }) {
  return (
    <Table
      caption="Rides with their fares and how long it took to find a driver, the newest first"
      keyOf={({ id }) => id}
      rows={rides}
      columns={[
        { name: 'Agreed', cell: ({ openedAt }) => timeOfDay(openedAt) },
        { name: 'Rider', isMinor: true, cell: ({ rider }) => <Who address={rider} /> },
        { name: 'Driver', cell: ({ driver }) => <Who address={driver} /> },
        { name: 'Way', isNumber: true, cell: ({ metres }) => distance(metres) },
        { name: 'Fare, $', isNumber: true, cell: ({ fare }) => money(fare, 2) },
        { name: '$/km', isNumber: true, isMinor: true, cell: perKmOf },
        { name: 'Paid, $', isNumber: true, isMinor: true, cell: ({ paid }) => money(paid, 2) },
        { name: 'Found after', isNumber: true, isMinor: true, cell: foundAfter },
        {
          name: 'Would wait',
          isNumber: true,
          isMinor: true,
          cell: ({ wait }) => lasting(wait * 1_000),
        },
        { name: 'Status', cell: ({ status }) => <Status status={status} /> },
        {
          name: 'Agreement',
          isMinor: true,
          cell: ({ id }) => <Hash hex={id} href={`/agreements/${id}`} />,
        },
      ]}
    />
  )
}

function perKmOf({ fare, metres }: RideView): string {
  return fare === null || metres === 0 ? '–' : money((BigInt(fare) * 1_000n) / BigInt(metres), 2)
}

function foundAfter(ride: RideView): string {
  const seconds = matchedAfter(ride)
  return seconds === undefined ? '–' : lasting(seconds * 1_000)
}
