import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Order, Report } from './gossip-process.ts'
import { inMilliseconds, spreadOf } from './statistics.ts'

const SIZES = [10, 20, 40]
/** Intents in one run of a size, and the pause between two of one process in milliseconds. */
const INTENTS = 100
const PAUSE = 100
/** How long meshing may take, and the last delivery, in milliseconds. */
const MESH_TIMEOUT = 60_000
const DELIVERY_TIMEOUT = 20_000

/** How long an intent takes to every listener, each of which verifies it, and what that costs; two processes. */
export async function gossip() {
  const rows = []
  for (const size of SIZES) rows.push(await measure(size))
  return rows
}

async function measure(size: number) {
  const script = fileURLToPath(new URL('./gossip-process.ts', import.meta.url))
  const processes = [0, 1].map(() => fork(script, { execArgv: ['--disable-warning=ExperimentalWarning'] }))
  try {
    const all = <T extends Report['type']>(orders: Order[], type: T) =>
      Promise.all(processes.map((each, index) => ask(each, orders[index] as Order, type)))
    const start: Order = { type: 'start', count: size / 2 }
    const begin = performance.now()
    const started = await all([start, start], 'started')
    const addresses = started.map((report) => report.addresses)
    // Nodes of both processes in turn, each of which dials up to three that are there before it.
    const row = Array.from(
      { length: size },
      (_, index) => addresses[index % 2]?.[Math.floor(index / 2)] ?? '',
    )
    const targets = row.map((_, index) =>
      [index - 1, index >> 1, index >> 2].filter((other) => other >= 0 && other < index),
    )
    const dials = [0, 1].map(
      (side): Order => ({
        type: 'dial',
        targets: targets
          .filter((_, index) => index % 2 === side)
          .map((others) => [...new Set(others)].map((other) => row[other] ?? '')),
      }),
    )
    await all(dials, 'meshed')
    const meshed = performance.now() - begin
    const publish: Order = { type: 'publish', count: INTENTS / 2, pause: PAUSE }
    await all([publish, publish], 'published')
    const expected = INTENTS * (size - 1)
    const { latencies, cpu } = await untilDelivered(
      () => all([{ type: 'report' }, { type: 'report' }], 'report'),
      expected,
    )
    return {
      nodes: size,
      'meshed in s': (meshed / 1000).toFixed(1),
      delivered: `${latencies.length} of ${expected}`,
      ...inMilliseconds(spreadOf(latencies)),
      'CPU ms per delivery': (cpu / latencies.length).toFixed(2),
    }
  } finally {
    for (const each of processes) each.disconnect()
  }
}

async function untilDelivered(
  report: () => Promise<Extract<Report, { type: 'report' }>[]>,
  expected: number,
) {
  const latest = performance.now() + DELIVERY_TIMEOUT
  for (;;) {
    const reports = await report()
    const latencies = reports.flatMap((each) => each.latencies)
    const cpu = reports.reduce((sum, each) => sum + each.cpu, 0)
    if (latencies.length >= expected || performance.now() > latest) return { latencies, cpu }
    await sleep(100)
  }
}

async function ask<T extends Report['type']>(process: ChildProcess, order: Order, type: T) {
  process.send(order)
  const [report]: [Report] = (await once(process, 'message', {
    signal: AbortSignal.timeout(MESH_TIMEOUT),
  })) as [Report]
  if (report.type !== type) throw new Error(`expected ${type}, and got ${report.type}`)
  return report as Extract<Report, { type: T }>
}
