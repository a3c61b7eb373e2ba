import type { Earner, Played } from './scenario.ts'
import type { Strategy, StrategyName } from './strategies.ts'
import { TERMS } from './terms.ts'

/** As what somebody is paid. */
export type Role = 'participant' | 'evaluator' | 'proposer'

/** What a strategy earned in a role, beside those who were honest in the same rounds. */
export interface Outcome {
  strategy: StrategyName
  what: string
  role: Role
  identities: number
  /** Minor units for a round of an identity (participant, proposer) or for a seat (evaluator): the honest, the dishonest. */
  honest: number
  dishonest: number
  /** Of the dishonest over the honest; mean and standard deviation over the seeds. */
  share: Spread
  /** Of all its identities together, in shares of one who is honest; of evaluators for as many seats. */
  together: number
  /** Of the identity that earned most, in the seed that was best for it; and of the honest one that did. */
  most: number
  mostHonest: number
  /** Of an identity in a round. */
  gas: number
}

/** Of a few numbers. */
interface Spread {
  mean: number
  deviation: number
}

/** What a strategy came to, role by role. @param runs one for each seed, of so many rounds each */
export function outcomesOf(
  [name, strategy]: readonly [StrategyName, Strategy],
  runs: readonly Played[],
  rounds: number,
): Outcome[] {
  const roles: Role[] = [
    ...(strategy.updates ? (['participant'] as const) : []),
    ...(strategy.evaluators ? (['evaluator'] as const) : []),
    ...(strategy.forges ? (['proposer'] as const) : []),
  ]
  return roles.map((role) => {
    const each = runs.map((run) => inRole(role, run, rounds))
    const ratios = each.map(({ honest, dishonest }) => shareOf(mean(dishonest), honest))
    const identities = each[0]?.dishonest.length ?? 0
    const share = spreadOf(ratios)
    return {
      strategy: name,
      what: strategy.what,
      role,
      identities,
      honest: mean(each.map(({ honest }) => mean(honest))),
      dishonest: mean(each.map(({ dishonest }) => mean(dishonest))),
      share,
      together: share.mean * identities,
      most: Math.max(...each.map(({ honest, dishonest }) => shareOf(Math.max(...dishonest), honest))),
      mostHonest: Math.max(...each.map(({ honest }) => shareOf(Math.max(...honest), honest))),
      gas: mean(each.map(({ gas }) => gas)),
    }
  })
}

/** What was earned in a role, per round or per seat, by each. */
function inRole(role: Role, { participants, evaluators }: Played, rounds: number) {
  const parties = role === 'evaluator' ? evaluators : participants
  const [honest, dishonest] = [true, false].map((wanted) =>
    parties.filter(({ isHonest }) => isHonest === wanted),
  )
  const paid = (earners: readonly Earner[] = []) => {
    // Who never had a seat earned nothing by its scores, and says nothing of them.
    const counted = earners.filter(({ seats }) => role !== 'evaluator' || seats > 0)
    return counted.map(
      ({ statement, seats }) => Number(statement[role]) / (role === 'evaluator' ? seats : rounds),
    )
  }
  return {
    // Aggregates are proposed by the requester's agent, which gets the fee for each of its own.
    honest: role === 'proposer' ? [Number(TERMS.aggregationFee)] : paid(honest),
    dishonest: paid(dishonest),
    gas: mean((dishonest ?? []).map(({ statement }) => Number(statement.gas) / rounds)),
  }
}

/** A part of what the honest earn on average; nothing is none of it, even of nothing. */
function shareOf(amount: number, honest: readonly number[]): number {
  return amount === 0 ? 0 : amount / mean(honest)
}

function spreadOf(values: readonly number[]): Spread {
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return { mean: centre, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
