/**
 * Contracts and model do the same things, and must agree after each: whether it took effect, on the error if not, and
 * on every balance, fee, stake, compensation and record.
 *
 * MESH_FUZZ_RUNS   sequences, each from a fresh deployment (default 5)
 * MESH_FUZZ_STEPS  calls in a sequence (default 120)
 * MESH_TEST_SEED   seed of the first sequence (default: drawn, and printed); the next has the next seed
 *
 * The long profile: MESH_FUZZ_RUNS=400 MESH_FUZZ_STEPS=150. It also demands that every kind of call took effect.
 */

import { randomInt } from 'node:crypto'
import { loadFixture } from '../base.ts'
import * as actions from './actions/index.ts'
import { newChain, send, skipped } from './chain.ts'
import { type Maker, wait } from './moments.ts'
import { Random } from './random.ts'
import { type Action, type Ready, Session } from './session.ts'

const RUNS = Number(process.env.MESH_FUZZ_RUNS ?? 5)
const STEPS = Number(process.env.MESH_FUZZ_STEPS ?? 120)
const SEED = Number(process.env.MESH_TEST_SEED ?? randomInt(2 ** 31))
const LONG = 10_000

/** What people do, how often, and the deals that it takes. */
const choices: readonly (readonly [weight: number, maker: Maker, test?: Ready])[] = [
  [24, actions.open],
  [10, actions.settle, actions.ready.settle],
  [16, actions.deliver, actions.ready.deliver],
  [10, actions.claim, actions.ready.claim],
  [7, actions.settleByMeter, actions.ready.settleByMeter],
  [16, actions.dispute, actions.ready.dispute],
  [10, actions.resolve, actions.ready.resolve],
  [6, actions.refund, actions.ready.refund],
  [5, actions.cancel, actions.ready.cancel],
  [1, actions.revoke],
  [4, actions.trade],
  [3, actions.batch],
  [1, actions.revokeNonces],
  [5, actions.deposit],
  [2, actions.requestBalance],
  [2, actions.withdrawBalance],
  [2, actions.collectFees],
  [3, actions.setMandate],
  [4, actions.stake],
  [2, actions.requestStake],
  [2, actions.withdrawStake],
  [2, actions.claimCompensation],
  [1, actions.burn],
  [3, actions.bind],
  [1, actions.unbind],
  [1, actions.transferAgent],
  [4, actions.rule],
  [2, actions.bend],
  [2, actions.usurp],
]

/** Something to do, mostly what some deal is ready for. */
function choose(session: Session): Action {
  const enabled = choices.map(([weight, maker, test]) => {
    const isReady = test === undefined || session.ready(test).length > 0
    return [isReady ? weight * 12 : 12, maker] as const
  })
  return session.random.weighted(enabled)(session)
}

/** How often each kind of call took effect or met an error. */
const outcomes = new Map<string, number>()
const names = new Set<string>()

async function take(session: Session, action: Action): Promise<void> {
  const { chain, now } = session
  const call = { from: action.from.address, to: action.to, data: action.data }
  const outcome = await send(chain, call, now)
  const verdict = action.expect(now)
  count(action.name, outcome.error)
  const agreed = outcome.error === undefined ? verdict.length === 0 : verdict.includes(outcome.error)
  if (!agreed) throw new Error(`contract: ${outcome.error ?? 'done'}; model: ${verdict.join(', ') || 'done'}`)
  if (action.parts !== undefined && outcome.hash !== undefined) {
    const found = await skipped(chain, outcome.hash)
    for (const [index, part] of action.parts().entries()) {
      const reason = found.get(index)
      count('trade', reason)
      if (reason === undefined ? part.length > 0 : !part.includes(reason)) {
        throw new Error(`call ${index}: contract ${reason ?? 'done'}; model ${part.join(', ') || 'done'}`)
      }
    }
  }
  const differences = await session.differences(action.deals ?? [])
  if (differences.length > 0) throw new Error(differences.join('\n'))
}

function count(name: string, error: string | undefined): void {
  const key = `${name} ${error ?? 'done'}`
  names.add(name)
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
}

/** Three agents with keys, stake and mandates, and money for everybody. */
function* beginning(session: Session): Generator<Action> {
  const [alice, bob, carol, dave, erin] = session.chain.actors
  if (!alice || !bob || !carol || !dave || !erin) throw new Error('too few actors')
  for (const owner of [carol, dave, alice]) yield actions.register(session, owner)
  yield actions.bindKey(session, 1n, bob)
  yield actions.bindKey(session, 2n, erin)
  yield actions.bindKey(session, 3n, dave)
  for (let i = 0; i < 8; ++i) yield actions.stake(session)
  for (let i = 0; i < 8; ++i) yield actions.deposit(session)
  for (let i = 0; i < 4; ++i) yield actions.setMandate(session)
}

async function play(seed: number): Promise<void> {
  const session = new Session(await loadFixture(newChain), new Random(seed))
  const log: string[] = []
  const play = async (action: Action) => {
    log.push(`${session.now} ${action.name} by ${action.from.address} ${action.deals?.[0]?.id ?? ''}`)
    await take(session, action)
  }
  try {
    for (const action of beginning(session)) {
      await play(action)
      session.now += 1n
    }
    for (let step = 0; step < STEPS; ++step) {
      const action = wait(session) ?? (() => choose(session))
      await play(action())
    }
    const differences = await session.differences(session.deals)
    if (differences.length > 0) throw new Error(differences.join('\n'))
  } catch (error) {
    const tail = log.slice(-20).join('\n')
    throw new Error(`MESH_TEST_SEED=${seed} MESH_FUZZ_RUNS=1 MESH_FUZZ_STEPS=${STEPS}: ${tail}`, {
      cause: error,
    })
  }
}

describe('escrow, ledger and stake against their model', () => {
  it(`agree in ${RUNS} x ${STEPS} calls from seed ${SEED} on`, async function () {
    this.timeout(0)
    for (let run = 0; run < RUNS; ++run) await play(SEED + run)
    if (RUNS * STEPS < LONG) return
    console.log(
      [...outcomes]
        .sort()
        .map(([name, times]) => `${name}: ${times}`)
        .join('\n'),
    )
    const never = [...names].filter((name) => name !== 'usurp' && !outcomes.has(`${name} done`))
    if (never.length > 0) throw new Error(`never took effect: ${never.join(', ')}`)
  })
})
