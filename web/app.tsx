import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso'
import { Notices } from './ui/connection-status.tsx'
import { Navigation } from './ui/navigation.tsx'
import { Market } from './views/market/market.tsx'
import { NotFound } from './views/not-found.tsx'

const Energy = lazy(() => import('./views/energy/energy.tsx').then(({ Energy }) => Energy))
const Rides = lazy(() => import('./views/rides/rides.tsx').then(({ Rides }) => Rides))
const Agents = lazy(() => import('./views/agents/agents.tsx').then(({ Agents }) => Agents))
const Agent = lazy(() => import('./views/agents/agent.tsx').then(({ Agent }) => Agent))
const Agreement = lazy(() => import('./views/agreement/agreement.tsx').then(({ Agreement }) => Agreement))
const Learning = lazy(() => import('./views/learning/learning.tsx').then(({ Learning }) => Learning))
const Governance = lazy(() =>
  import('./views/governance/governance.tsx').then(({ Governance }) => Governance),
)
const Trade = lazy(() => import('./views/trade/trade.tsx').then(({ Trade }) => Trade))

/** What the server has pages of its own for is not this one's. */
const OWN = /^\/(?!api$|docs$)/

/** Says where one is to who cannot see it, and begins at the top. */
function arrived() {
  const heading = document.querySelector('main h1')
  document.title = heading === null ? 'MESH' : `${heading.textContent} · MESH`
  window.scrollTo(0, 0)
  document.getElementById('content')?.focus({ preventScroll: true })
}

export function App() {
  return (
    <LocationProvider scope={OWN}>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Navigation />
      <main id="content" tabIndex={-1}>
        <Notices />
        <ErrorBoundary>
          <Router onRouteChange={arrived}>
            <Route path="/" component={Market} />
            <Route path="/energy" component={Energy} />
            <Route path="/rides" component={Rides} />
            <Route path="/agents" component={Agents} />
            <Route path="/agents/:id" component={Agent} />
            <Route path="/agreements/:id" component={Agreement} />
            <Route path="/learning" component={Learning} />
            <Route path="/governance" component={Governance} />
            <Route path="/trade" component={Trade} />
            <Route default component={NotFound} />
          </Router>
        </ErrorBoundary>
      </main>
      <footer>
        <a href="/api">The API of this market</a> <a href="/docs">Its description</a>
      </footer>
    </LocationProvider>
  )
}
