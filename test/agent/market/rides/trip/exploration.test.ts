import { expect } from 'chai'
import {
  metresOwed,
  progressOf,
  SILENT,
  stageOf,
  type TripRole,
} from '../../../../../agent/market/rides/trip/index.ts'
import { actionsOf } from './model/actions.ts'
import {
  BEGINNING,
  FEE,
  isEnded,
  otherThan,
  progress,
  ROLES,
  RULES,
  type Rules,
  TERMS,
  termsOf,
  viewOf,
  type World,
} from './model/world.ts'

interface Reached {
  world: World
  by: string
  from: Reached | undefined
}

/** Visits every world that can be reached, the nearest first, until one is found that must not be. */
function explore(rules: Rules, lie: Partial<Record<TripRole, bigint>> = {}, beginning = BEGINNING) {
  const first: Reached = { world: beginning, by: 'the beginning', from: undefined }
  const seen = new Set([keyOf(first.world)])
  const queue = [first]
  const ends = new Map<string, number>()
  // Growing while it is read: the first in is the first out.
  for (const head of queue) {
    let isFinal = true
    for (const { name, isOptional, next } of actionsOf(head.world, rules, lie)) {
      if (!isOptional) isFinal = false
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      queue.push({ world: next, by: name, from: head })
    }
    const fault = faultOf(head.world, rules) ?? (isFinal ? finalFaultOf(head.world, rules) : undefined)
    if (fault !== undefined) return { states: seen.size, ends, failure: { fault, path: pathTo(head) } }
    if (isFinal) {
      const end = rules.stageOf(viewOf(head.world, 'rider'))
      ends.set(end, (ends.get(end) ?? 0) + 1)
    }
  }
  return { states: seen.size, ends, failure: undefined }
}

/** What is wrong with a world, whatever comes after it. */
function faultOf(world: World, rules: Rules): string | undefined {
  const [rider, driver] = [rules.stageOf(viewOf(world, 'rider')), rules.stageOf(viewOf(world, 'driver'))]
  const isHeard =
    world.plan !== 'told' &&
    world.heard.rider === world.said.driver.length &&
    world.heard.driver === world.said.rider.length
  if ((isEnded(world) || isHeard) && rider !== driver)
    return `the rider is at ${rider}, and the driver at ${driver}`
  const { paid } = world.chain
  // Whatever the driver says, a rider that looks in time pays no more than what it says itself, or has cancelled for.
  const owed = metresOwed(viewOf(world, 'rider'), termsOf(world, 'rider'), FEE)
  const { ended, reached } = progress(world.said.driver)
  const waits = ended === 'noShow' && (reached === 'arrived' || world.plan === 'untold') ? FEE : 0n
  if (paid > (owed > waits ? owed : waits)) return `the rider has paid for ${paid} m, and owes ${owed}`
  return ROLES.map((role) => disbelieved(world, role)).find((fault) => fault !== undefined)
}

/** What a side has heard and cannot take for said. */
function disbelieved(world: World, role: TripRole): string | undefined {
  const other = otherThan(role)
  let before = SILENT
  for (const said of world.said[other].slice(0, world.heard[role])) {
    const fault = RULES.faultOf(other, before, said, termsOf(world, role))
    if (fault !== undefined) return `the ${role} does not believe ${said.claim}: ${fault}`
    before = progressOf(before, said)
  }
  return undefined
}

/** What is wrong with a world in which nothing more has to happen. */
function finalFaultOf(world: World, rules: Rules): string | undefined {
  if (!isEnded(world)) return `nobody ends it on chain: ${world.chain.status}`
  const [rider, driver] = [progress(world.said.rider), progress(world.said.driver)]
  const isAgreed =
    rider.reached === 'droppedOff' && rider.ended === undefined && rider.metres >= driver.metres
  if (isAgreed && driver.reached === 'droppedOff' && rules.stageOf(viewOf(world, 'driver')) === 'disputed') {
    return 'what both agree on was disputed'
  }
  return undefined
}

function pathTo(reached: Reached): string[] {
  const path: string[] = []
  for (let at: Reached | undefined = reached; at !== undefined; at = at.from) path.unshift(at.by)
  return path
}

function keyOf({ said, heard, chain, ...rest }: World): string {
  const words = [said.rider, said.driver].map((reports) =>
    reports.map(({ claim, at, metres }) => `${claim} ${at} ${metres}`),
  )
  const { status, reported, paid } = chain
  return `${rest.plan};${words.join('|')};${heard.rider} ${heard.driver};${status} ${reported} ${paid};${rest.time} ${rest.released} ${[...rest.pool].sort()}`
}

describe('a trip, in every order in which things can happen', function () {
  this.timeout(60_000)

  const explorations: [string, Partial<Record<TripRole, bigint>>, World?][] = [
    [
      'of two that say what is so, the rider late or never where it is,',
      {},
      { ...BEGINNING, plan: 'untold' },
    ],
    ['of which the rider says that it was driven less', { rider: 800n }],
    ['of which the driver may say that it drove less', { driver: 800n }],
  ]
  for (const [name, lie, beginning] of explorations) {
    it(`${name} comes to one end on both sides`, () => {
      const { states, ends, failure } = explore(RULES, lie, beginning)
      console.log(
        `        ${states} states; ends ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}`,
      )
      expect(failure, failure?.path.join('\n')).to.equal(undefined)
      expect([...ends.keys()]).to.include.members(['droppedOff', 'cancelled', 'noShow', 'disputed'])
    })
  }

  const mutants: [string, Partial<Rules>, string][] = [
    [
      'takes a message for the end',
      { stageOf: (view) => (view.driver.ended === 'cancelled' ? 'cancelled' : stageOf(view)) },
      'the rider is at',
    ],
    ['goes by the driver alone', { metresOwed: () => TERMS.metres }, 'the rider has paid for'],
    [
      'believes whoever says that it was told nothing',
      { metresOwed: (view, terms, fee) => metresOwed(view, { ...terms, plan: undefined }, fee) },
      'the rider has paid for',
    ],
    ['goes by nothing at all', { metresOwed: () => 0n }, 'what both agree on was disputed'],
  ]
  for (const [name, broken, fault] of mutants) {
    it(`is seen to go wrong with a machine that ${name}`, () => {
      expect(explore({ ...RULES, ...broken }, { rider: 800n }).failure?.fault).to.include(fault)
    })
  }
})
