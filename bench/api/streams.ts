import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { appendEvents } from '../../indexer/store/outbox.ts'
import { readMeta } from '../../indexer/store/queries/meta.ts'
import { inMilliseconds, spreadOf } from '../network/statistics.ts'
import { setup } from './setup.ts'

const LISTENERS = 1_000
/** Events, and how many of them a second. */
const EVENTS = 200
const RATE = 10

/** From the commit of an event, through PostgreSQL and the process that serves it, until each of all listeners has it. */
export async function streams(): Promise<object[]> {
  const { url, store } = await setup()
  const child = fork(new URL('./listeners-process.ts', import.meta.url))
  child.send({ url, listeners: LISTENERS })
  await once(child, 'message')
  const heard: number[] = []
  const done = collect(child, heard)
  for (let count = 0; count < EVENTS; count++) {
    await store.write(async (tx) => {
      const { blockTime: _, ...meta } = await readMeta(tx)
      await appendEvents(tx, [{ type: 'intent', topics: [], data: { at: Date.now() }, meta }])
    })
    await sleep(1000 / RATE)
  }
  await done
  child.disconnect()
  const spread = inMilliseconds(spreadOf(heard))
  return [
    { listeners: LISTENERS, 'events/s': RATE, delivered: heard.length, of: LISTENERS * EVENTS, ...spread },
  ]
}

/** Takes what the listeners measured, until all have told of all events. */
async function collect(child: ChildProcess, heard: number[]): Promise<void> {
  const deadline = AbortSignal.timeout(60_000)
  while (heard.length < LISTENERS * EVENTS) {
    const [latencies] = (await once(child, 'message', { signal: deadline })) as [number[]]
    for (const latency of latencies) heard.push(latency)
  }
}
