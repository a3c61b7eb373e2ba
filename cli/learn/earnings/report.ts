import { type Check, checksByName, checksInWords } from '../../../community/check.ts'
import { counted, money, percent } from '../../format.ts'
import { type Alignment, table } from '../../table.ts'
import { collusion } from './collusion.ts'
import type { Outcome } from './outcome.ts'
import { ESCROWED, TERMS } from './terms.ts'

/** What a simulation came to. */
export interface Report {
  rounds: number
  seeds: number
  outcomes: readonly Outcome[]
  /** In how many of the scenarios somebody proposed a wrong aggregate, and how much stake that cost it. */
  refuted: { proposals: number; lost: bigint }
  /** Money of all scenarios, in minor units. */
  money: { escrowed: bigint; paid: bigint; returned: bigint; slashed: bigint }
  checks: readonly Check[]
}

const HEADER = ['strategy', 'as', 'n', 'honest', 'earned', 'share', '+-', 'most', 'together', 'gas', '']
const ALIGNMENTS: Alignment[] = ['left', 'left', ...Array<Alignment>(8).fill('right'), 'left']

/** For people. */
export function toText(report: Report): string {
  const { rounds, seeds, outcomes, money: sums, checks } = report
  const rows = outcomes.map((each) => [
    each.strategy,
    each.role,
    String(each.identities),
    dollars(each.honest),
    dollars(each.dishonest),
    share(each.share.mean),
    share(each.share.deviation),
    share(each.most),
    Number.isFinite(each.together) ? each.together.toFixed(2) : '-',
    Math.round(each.gas).toLocaleString('en-US'),
    each.what,
  ])
  const bound = collusion.map(({ part, decided }) => [
    percent(part),
    ...decided.map(({ probability }) => percent(probability)),
  ])
  const panels = (collusion[0]?.decided ?? []).map(({ panel }) => `panel of ${panel}`)
  return [
    `${counted(rounds, 'round')} in succession, ${counted(seeds, 'seed')}; each round pays ${money(TERMS.reward)} to participants,`,
    `${money(TERMS.evaluationFee)} to evaluators and ${money(TERMS.aggregationFee)} for the aggregate`,
    '',
    table([HEADER, ...rows], ALIGNMENTS),
    '',
    'honest, earned: of an identity in a round, of an evaluator for a seat, less the stake that it lost; share: earned of honest,',
    'mean and standard deviation over the seeds; most: of the best identity in its best seed; together: all identities, in',
    'shares of an honest one; gas: of an identity in a round',
    '',
    'Probability that a colluding part of the lots decides a panel:',
    table([['part', ...panels], ...bound], ['right', ...panels.map(() => 'right' as const)]),
    '',
    `escrowed ${money(sums.escrowed)}, paid ${money(sums.paid)}, returned ${money(sums.returned)}; stake lost ${money(sums.slashed)}`,
    `wrong aggregates proven on chain: ${report.refuted.proposals}, for ${money(report.refuted.lost)} of stake`,
    checksInWords(checks),
  ].join('\n')
}

/** For programs: money in minor units, as decimal strings where it is exact. */
export function toJson({ checks, money: sums, refuted, ...report }: Report): string {
  const amounts = Object.fromEntries(Object.entries(sums).map(([name, amount]) => [name, String(amount)]))
  const value = {
    ...report,
    terms: {
      reward: Number(TERMS.reward),
      evaluationFee: Number(TERMS.evaluationFee),
      aggregationFee: Number(TERMS.aggregationFee),
      participantStake: Number(TERMS.participantStake),
      evaluatorStake: Number(TERMS.evaluatorStake),
      escrowed: Number(ESCROWED),
    },
    refuted: { ...refuted, lost: String(refuted.lost) },
    money: amounts,
    collusion,
    checks: checksByName(checks),
  }
  return JSON.stringify(value, undefined, 2)
}

/** Of nothing there is no share. */
function share(part: number): string {
  return Number.isFinite(part) ? percent(part) : '-'
}

function dollars(minorUnits: number): string {
  return money(BigInt(Math.round(minorUnits)))
}
