import { expect } from 'chai'
import type { MeshNetwork } from '../../agent/index.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { LearnerProcess } from './support/learner-process.ts'
import { DONE, digitsTask, digitsTold, digitsTrainer, pass, passUntil, staked } from './support/learning.ts'
import { startMarket, type TestMarket } from './support/market.ts'

/** With the requester, twenty agents. */
const PARTICIPANTS = 12
const EVALUATORS = 7

describe('a round of learning among twenty agents', function () {
  this.timeout(600_000)
  const path = temporaryPaths()
  let market: TestMarket
  let requester: MeshNetwork
  let mortal: LearnerProcess[]

  before(async () => {
    market = await startMarket()
    requester = await market.join({ capabilities: ['learn.request'], balance: 100_000_000n })
    mortal = ['participant', 'evaluator'].map((name) => new LearnerProcess(market, { directory: path(name) }))
    for (const agent of mortal) await agent.start(requester.endpoints)
  })
  after(async () => {
    await Promise.all(mortal.map((agent) => agent.kill()))
    await market.stop()
  })

  it('comes to its end when two of them are killed midway', async () => {
    const [participant, evaluator] = mortal as [LearnerProcess, LearnerProcess]
    const join = async (role: 'participant' | 'evaluator') => {
      const agent = await market.join({ bootstrapPeers: requester.endpoints, capabilities: ['learn.train'] })
      return staked(agent, role)
    }
    // All of those who enlist are drawn, so the one that is killed is.
    const round = await requester.learning.open(digitsTask({ panel: EVALUATORS, trim: 2 }))
    await participant.enter({ type: 'participate', id: round.id, part: 0, parts: PARTICIPANTS })
    await evaluator.enter({ type: 'evaluate', id: round.id })
    for (let part = 1; part < PARTICIPANTS; part++) {
      const agent = await join('participant')
      await agent.learning.participate(round.id, digitsTrainer(part, PARTICIPANTS))
    }
    for (let i = 1; i < EVALUATORS; i++) await (await join('evaluator')).learning.evaluate(round.id)
    const all = await passUntil(
      market,
      round,
      ({ view }) => view.participants.length === PARTICIPANTS && view.lots.length === EVALUATORS,
      120_000,
    )
    const dead = all.view.participants.findIndex(({ participant: key }) => key === participant.address)
    const silent = all.view.lots.findIndex(({ evaluator: key }) => key === evaluator.address)
    await participant.kill()

    await pass(
      market,
      round,
      'reveal',
      ({ view }) => view.participants.filter(({ revealed }) => revealed).length === PARTICIPANTS - 1,
    )
    await pass(market, round, 'attest')
    await evaluator.kill()
    await pass(
      market,
      round,
      'score',
      ({ view }) =>
        view.proposals.length > 0 &&
        view.seats.filter(({ lot, hasCommitted }) => lot !== silent && hasCommitted).length ===
          EVALUATORS - 1,
    )
    await pass(
      market,
      round,
      'close',
      ({ view }) =>
        view.seats.filter(({ lot, hasRevealed }) => lot !== silent && hasRevealed).length === EVALUATORS - 1,
    )
    const { view } = await pass(
      market,
      round,
      'over',
      (moment) =>
        DONE.over(moment) &&
        moment.view.participants.every(({ isClaimed, isSlashed }) => isClaimed || isSlashed) &&
        moment.view.seats.every(({ lot, isClaimed }) => isClaimed || lot === silent),
    )
    expect(view.participants[dead]).to.include({ isSlashed: true, isClaimed: false })
    expect(view.settled).to.include({ byScore: true })
    const result = await round.result()
    if (result === undefined) throw new Error('no result')
    expect(digitsTold(result.model.parameters)).to.be.greaterThan(digitsTold() + 0.2)
  })
})
