import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateKeyToAccount } from 'viem/accounts'
import { startChain } from '../../../community/chain.ts'
import type { Check } from '../../../community/check.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { packageRoot } from '../../../community/package-root.ts'
import { readDigits } from '../../../community/read-digits.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { deploy } from '../../../scripts/deploy.ts'
import { Progress } from '../../replay/progress.ts'
import { runTemporarily, type TemporaryMarket } from '../../replay/temporary-market.ts'
import { checkMoney } from './checks.ts'
import { newLesson } from './lesson.ts'
import { outcomesOf } from './outcome.ts'
import { type Report, toJson, toText } from './report.ts'
import { type Cast, type Played, playScenario } from './scenario.ts'
import { type Strategy, type StrategyName, strategies } from './strategies.ts'
import { ESCROWED, EVALUATORS, MOST_IDENTITIES, OWNERS, TERMS } from './terms.ts'
import { World } from './world.ts'

export interface EarningsOptions {
  rounds: number
  seeds: number
  /** Which strategies; all without. */
  strategy?: string[]
  json?: boolean
}

/** The digits that ship. */
const SHIPPED_DIGITS = fileURLToPath(new URL('data/learning', packageRoot))

/**
 * Plays rounds with each strategy on a local chain, and prints what it earns.
 *
 * @returns the exit code: 1 when money came or went
 * @throws ConfigError `STRATEGY_UNKNOWN`; what the chain throws
 */
export async function earnings(options: EarningsOptions): Promise<number> {
  const names = (options.strategy ?? Object.keys(strategies)).map(readStrategy)
  const progress = new Progress(process.stderr, names.length * options.seeds)
  return await runTemporarily(progress, async (market) => {
    const report = await simulateEarnings(options, names, market)
    progress.end()
    console.log(options.json ? toJson(report) : toText(report))
    return report.checks
  })
}

function readStrategy(name: string): StrategyName {
  if (Object.hasOwn(strategies, name)) return name as StrategyName
  throw new ConfigError('STRATEGY_UNKNOWN', 'There is no such strategy.', {
    field: '--strategy',
    expected: `one of: ${Object.keys(strategies).join(', ')}`,
    received: name,
    remedy: 'Choose one of them, or leave the option out to have all played.',
  })
}

/** What strategies earn, on a chain that is there for nothing else. @throws what the chain throws */
async function simulateEarnings(
  { rounds, seeds }: Pick<EarningsOptions, 'rounds' | 'seeds'>,
  names: readonly StrategyName[],
  { directory, progress, signal }: TemporaryMarket<Progress>,
): Promise<Report> {
  const digits = readDigits(SHIPPED_DIGITS)
  await using resources = new AsyncDisposableStack()
  progress.say('Starting a local chain')
  const { rpcUrl, stop } = await startChain(join(directory, 'chain.log'))
  resources.defer(stop)
  progress.say('Deploying the contracts')
  const deployment = await deploy({ rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY), signal })
  const world = await World.open(rpcUrl, deployment)
  const cast = await populate(world, rounds * seeds * names.length)
  const runs = new Map<StrategyName, Played[]>(names.map((name) => [name, []]))
  for (let seed = 1; seed <= seeds; seed++) {
    const lesson = newLesson(digits, rounds, seed)
    for (const name of names) {
      signal.throwIfAborted()
      runs.get(name)?.push(await playScenario(world, cast, lesson, strategies[name], seed))
      progress.advance('scenario', `${name}, seed ${seed}`)
    }
  }
  return reportOf({ rounds, seeds }, runs)
}

function reportOf(
  { rounds, seeds }: Pick<EarningsOptions, 'rounds' | 'seeds'>,
  runs: ReadonlyMap<StrategyName, readonly Played[]>,
): Report {
  const played = [...runs.values()].flat()
  const sum = (of: (run: Played) => bigint) => played.reduce((total, run) => total + of(run), 0n)
  const forgeries = [...runs].flatMap(([name, own]) => ((strategies[name] as Strategy).forges ? own : []))
  return {
    rounds,
    seeds,
    outcomes: [...runs].flatMap(([name, own]) => outcomesOf([name, strategies[name]], own, rounds)),
    refuted: {
      proposals: forgeries.length * rounds,
      lost: forgeries.reduce((total, { slashed }) => total + slashed, 0n),
    },
    money: {
      escrowed: sum(({ escrowed }) => escrowed),
      paid: sum(({ paid }) => paid),
      returned: sum(({ escrowed, spent }) => escrowed - spent),
      slashed: sum(({ slashed }) => slashed),
    },
    checks: merged(played.map(checkMoney)),
  }
}

/** Each check once, with the first fault that any run has. */
function merged(all: readonly (readonly Check[])[]): Check[] {
  const faults = new Map<string, string | undefined>()
  for (const { name, fault } of all.flat()) faults.set(name, faults.get(name) ?? fault)
  return [...faults].map(([name, fault]) => ({ name, fault }))
}

/** Brings everybody there is into the world, with as much as so many rounds could cost. */
async function populate(world: World, rounds: number): Promise<Cast> {
  const named = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what}-${i}`)
  const names = {
    participants: named('participant', OWNERS - 1 + MOST_IDENTITIES),
    evaluators: named('evaluator', EVALUATORS),
  }
  const all = ['requester', 'canary', ...names.participants, ...names.evaluators]
  const stake = 2n * TERMS.participantStake * BigInt(rounds + 1)
  const balance = ESCROWED * BigInt(rounds)
  const parties = await world.populate(all, stake, (name) => (name === 'requester' ? balance : 0n))
  const [requester, canary, ...others] = parties
  if (requester === undefined || canary === undefined) throw new Error('nobody came')
  const participants = others.slice(0, names.participants.length)
  return { requester, canary, participants, evaluators: others.slice(names.participants.length) }
}
