import type { Registry } from 'prom-client'
import type { Activity } from '../../agent/index.ts'
import { counted, lookedUp, lookedUpAll } from './looked-up.ts'

/** What the mesh node behind the API has to do with others. @param read undefined while there is no node */
export function measureMesh(registry: Registry, read: () => Activity | undefined): void {
  const gauge = (name: string, help: string, of: (activity: Activity) => number) =>
    lookedUp(registry, name, help, () => {
      const activity = read()
      return activity && of(activity)
    })
  const entries = (of: (activity: Activity) => Record<string, number>) => {
    const activity = read()
    return activity === undefined ? [] : Object.entries(of(activity))
  }
  gauge('mesh_peers', 'Peers that the node is connected to', ({ peers }) => peers)
  gauge('mesh_streams', 'Streams that are open with peers', ({ streams }) => streams)
  gauge('mesh_intents', "Others' intents that can still be answered", ({ intents }) => intents)
  lookedUpAll(
    registry,
    {
      name: 'mesh_connections',
      help: 'Open connections to peers: direct, or through a relay',
      labels: ['kind'],
    },
    () => entries(({ connections }) => connections).map(([kind, value]) => [{ kind }, value]),
  )
  counted(
    registry,
    {
      name: 'mesh_gossip_messages_total',
      help: 'Messages of gossip: sent, and what was made of those that came',
      labels: ['verdict'],
    },
    () => entries(({ gossip }) => ({ ...gossip })).map(([verdict, value]) => [{ verdict }, value]),
  )
  lookedUpAll(
    registry,
    {
      name: 'mesh_guests',
      help: 'What is held for those who trade over the API: intents, offers, deals that are open',
      labels: ['what'],
    },
    () => entries(({ guests }) => guests).map(([what, value]) => [{ what }, value]),
  )
}
