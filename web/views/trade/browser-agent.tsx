import { useEffect, useRef, useState } from 'preact/hooks'
import type { HeardIntent, PageAgent } from '../../agent/page-agent.ts'
import { count, quantityOf } from '../../format/amounts.ts'
import { now } from '../../ui/now.ts'
import { Empty, Fault } from '../../ui/states.tsx'
import { Who } from '../../ui/who.tsx'

/** How many intents are shown. */
const SHOWN = 8

type State =
  | { name: 'out' }
  | { name: 'joining' }
  | { name: 'in'; agent: PageAgent }
  | { name: 'failed'; fault: { message: string; remedy: string } }

/** Starts an agent that is a peer like any other, and shows what it hears. */
export function BrowserAgent() {
  const [state, setState] = useState<State>({ name: 'out' })
  const [heard, setHeard] = useState<{ all: number; last: readonly HeardIntent[] }>({ all: 0, last: [] })
  const leaving = useRef(new AbortController())
  const agent = useRef<PageAgent>(undefined)
  useEffect(
    () => () => {
      leaving.current.abort()
      void agent.current?.leave()
    },
    [],
  )
  const join = async () => {
    setState({ name: 'joining' })
    try {
      // libp2p and all that an agent is: half a megabyte, which only who wants it loads.
      const { joinFromPage } = await import('../../agent/page-agent.ts')
      agent.current = await joinFromPage(
        (intent) => setHeard(({ all, last }) => ({ all: all + 1, last: [intent, ...last].slice(0, SHOWN) })),
        leaving.current.signal,
      )
      if (leaving.current.signal.aborted) return void agent.current.leave()
      setState({ name: 'in', agent: agent.current })
    } catch (error) {
      const { message, remedy = 'Reload the page and try again.' } = error as Error & { remedy?: string }
      setState({ name: 'failed', fault: { message, remedy } })
    }
  }
  if (state.name === 'out' || state.name === 'failed') {
    return (
      <>
        {state.name === 'failed' && <Fault fault={state.fault} />}
        <p class="soft">
          It has a key of its own for as long as the page is open, speaks libp2p over WebSockets, and verifies
          every signature it hears. It loads about half a megabyte.
        </p>
        <p class="join">
          <button type="button" class="button" onClick={join}>
            Join the mesh from this page
          </button>
        </p>
      </>
    )
  }
  if (state.name === 'joining') {
    return (
      <p class="state" role="status">
        <span class="spinner" aria-hidden="true" /> Joining the mesh…
      </p>
    )
  }
  // Read with the clock: peers come and go without an event.
  void now.value
  return (
    <>
      <p>
        In the mesh as <code>{state.agent.address}</code>, with <strong>{count(state.agent.peers())}</strong>{' '}
        peers; <strong>{count(heard.all)}</strong> intents heard.
      </p>
      {heard.last.length === 0 ? (
        <Empty>It listens. The next intent appears here.</Empty>
      ) : (
        <ol class="ticker">
          {heard.last.map((intent) => (
            <li key={intent.hash} class="intent">
              <Who address={intent.agent} /> wishes to {intent.side}{' '}
              {quantityOf(intent.capability, intent.quantity)}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
