import { expect } from 'chai'
import { collusionProbability } from '../../cli/learn/earnings/collusion.ts'
import { earnings } from '../../cli/learn/earnings/earnings.ts'
import type { Outcome, Role } from '../../cli/learn/earnings/outcome.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

const ROUNDS = 2

describe('mesh learn earnings', function () {
  this.timeout(240_000)
  const files = temporaryDirectory()
  const outcomes = new Map<string, Outcome>()
  let report: { money: Record<string, string>; refuted: { proposals: number; lost: string }; checks: object }
  const of = (strategy: string, role: Role = 'participant') => {
    const found = outcomes.get(`${strategy} ${role}`)
    if (found === undefined) throw new Error(`${strategy} was not played as ${role}`)
    return found
  }
  /**
   * What a dishonest owner may earn by the luck of its digits, in shares of the honest mean: as much as the best of the honest,
   * itself among them when it is; and two points, for an update that is shorter than the requester's gains by being as long.
   */
  const luck = () => Math.max(of('honest').most, of('honest').mostHonest) + 0.02

  before('a short run of those who matter', async () => {
    const names = [
      'honest',
      'copy-friend',
      'last-change',
      'last-change-plain',
      'exaggerate-20',
      'non-revealer',
      'sybils-exact',
      'sybils-little-noise',
      'lazy-equal',
      'silent-seat',
      'lazy-majority',
      'wrong-chunk',
    ]
    const chosen = names.flatMap((name) => ['--strategy', name])
    const options = ['--rounds', String(ROUNDS), '--seeds', '1', '--json', ...chosen]
    const { code, stdout, stderr } = await mesh(files.path('.'), 'learn', 'earnings', ...options)
    expect(code, stderr).to.equal(0)
    report = JSON.parse(stdout)
    for (const each of JSON.parse(stdout).outcomes) outcomes.set(`${each.strategy} ${each.role}`, each)
  })

  it('pays nobody who is dishonest more than an honest participant of the same rounds', () => {
    for (const { strategy, role, most } of outcomes.values()) {
      expect(most, `${strategy} as ${role}`).to.be.at.most(role === 'participant' ? luck() : 1)
    }
  })

  it('pays nothing for no work', () => {
    expect(of('last-change').dishonest).to.equal(0)
    // A requester that leaves its model where it is pays for what it has already.
    expect(of('last-change-plain').dishonest).to.be.above(0)
  })

  it('pays one update once, however many commit to it', () => {
    for (const strategy of ['copy-friend', 'sybils-exact']) {
      const { identities, together } = of(strategy)
      expect(identities, strategy).to.be.above(1)
      expect(together, strategy).to.be.within(0.5, luck())
    }
  })

  it('takes the stake of who never reveals, of a silent seat and of a wrong aggregate', () => {
    const stake = 5_000_000
    expect(of('non-revealer').dishonest).to.equal(-stake)
    expect(of('silent-seat', 'evaluator').dishonest).to.equal(-stake)
    expect(of('wrong-chunk', 'proposer').dishonest).to.equal(-stake)
    expect(report.refuted).to.deep.equal({ proposals: ROUNDS, lost: String(ROUNDS * stake) })
  })

  it('pays evaluators nothing for scores that nobody computed', () => {
    for (const strategy of ['lazy-equal', 'lazy-majority']) {
      expect(of(strategy, 'evaluator').dishonest, strategy).to.equal(0)
    }
    expect(of('lazy-equal', 'evaluator').honest).to.be.above(2_000_000)
  })

  it('loses no unit of money', () => {
    const { escrowed, paid, returned } = report.money
    expect(BigInt(paid ?? 0) + BigInt(returned ?? 0)).to.equal(BigInt(escrowed ?? 0))
    expect(report.checks).to.deep.equal({ moneyConserved: true, escrowPaidOut: true, balancesAgree: true })
  })

  it('refuses a strategy that is none', async () => {
    const error: unknown = await earnings({ rounds: 1, seeds: 1, strategy: ['honesty'] }).catch(
      (fault) => fault,
    )
    expect(error).to.be.instanceOf(ConfigError)
    expect(error).to.include({ code: 'STRATEGY_UNKNOWN', field: '--strategy', received: 'honesty' })
  })
})

describe('a panel that colludes', () => {
  it('is as likely as a majority of independent lots', () => {
    // By hand: 10 p³ q² + 5 p⁴ q + p⁵.
    const [p, q] = [0.2, 0.8]
    expect(collusionProbability(p, 5)).to.be.closeTo(10 * p ** 3 * q ** 2 + 5 * p ** 4 * q + p ** 5, 1e-15)
    expect(collusionProbability(0.3, 1)).to.be.closeTo(0.3, 1e-15)
    expect(collusionProbability(0.5, 15)).to.be.closeTo(0.5, 1e-15)
  })
})
