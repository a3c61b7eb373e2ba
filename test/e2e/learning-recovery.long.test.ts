import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import { shareOf } from '../../agent/chain/actions/learning-registry.ts'
import type { LearningRound, MeshNetwork, Moment } from '../../agent/index.ts'
import { learningRegistryOf, parseDeployment } from '../../protocol/deployment.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'
import { LearnerProcess } from './support/learner-process.ts'
import { begin, DONE, digitsTask, digitsTrainer, PHASE, pass, passUntil, staked } from './support/learning.ts'
import { startMarket, type TestMarket } from './support/market.ts'

/** Of the updates, one is made by an agent that stays. */
const PARTS = 2

describe('a round of learning, when agents end', function () {
  this.timeout(480_000)
  const path = temporaryPaths()
  let market: TestMarket
  let requester: MeshNetwork
  let steady: MeshNetwork
  let learner: LearnerProcess
  let evaluator: LearnerProcess

  beforeEach(async () => {
    market = await startMarket()
    requester = await market.join({ capabilities: ['learn.request'], balance: 100_000_000n })
    const { endpoints } = requester
    steady = await staked(await market.join({ bootstrapPeers: endpoints }), 'participant')
    learner = new LearnerProcess(market, { directory: path('learner') })
    evaluator = new LearnerProcess(market, { directory: path('evaluator') })
    await learner.start(endpoints)
    await evaluator.start(endpoints)
  })
  afterEach(async () => {
    await Promise.all([learner.kill(), evaluator.kill()])
    await market.stop()
  })

  /** A round with two participants and one evaluator, who all are in. */
  const begun = async (): Promise<LearningRound> => {
    const round = await requester.learning.open(digitsTask({ panel: 1 }))
    await steady.learning.participate(round.id, digitsTrainer(0, PARTS))
    await learner.enter({ type: 'participate', id: round.id, part: 1, parts: PARTS })
    await evaluator.enter({ type: 'evaluate', id: round.id })
    await passUntil(market, round, ({ view }) => view.participants.length === 2 && view.lots.length === 1)
    return round
  }
  const again = async () => {
    for (const agent of [learner, evaluator]) {
      await agent.kill()
      await agent.start(requester.endpoints)
    }
  }
  const registry = () => learningRegistryOf(parseDeployment(market.descriptor().deployment))
  const client = () => createPublicClient({ transport: http(market.descriptor().rpcUrl) })
  const allPaid = (moment: Moment) =>
    DONE.over(moment) &&
    moment.view.participants.every(({ isClaimed }) => isClaimed) &&
    moment.view.seats.every(({ isClaimed, isClosed }) => isClaimed && isClosed)

  it('goes on with those that were killed in every phase, and start again', async () => {
    const round = await begun()
    await again()
    await pass(market, round, 'reveal')
    await again()
    await pass(market, round, 'attest')
    await again()
    await pass(market, round, 'score')
    await again()
    await pass(market, round, 'close')
    await again()
    const { view } = await pass(market, round, 'over', allPaid)
    expect(view.settled).to.include({ byScore: true })
    expect(view.participants.filter(({ isSlashed }) => isSlashed)).to.deep.equal([])
  })

  it('leaves out an update whose maker is not to be reached, and pays for it nothing', async () => {
    const round = await begun()
    await pass(market, round, 'reveal')
    learner.pause()
    // Evaluators wait for what is lacking until the last call.
    await pass(market, round, 'attest', ({ view }) => view.seats.length > 0)
    await market.later(PHASE / 2 + 100)
    await passUntil(market, round, DONE.attest)
    await begin(market, round, 'score')
    learner.resume()
    await passUntil(market, round, (moment) => moment.phase === 'score' && DONE.score(moment))
    await pass(market, round, 'close')
    const { view } = await pass(
      market,
      round,
      'over',
      ({ view: now }) => now.settled !== undefined && now.participants.some(({ isClaimed }) => isClaimed),
    )
    const place = view.participants.findIndex(({ participant }) => participant === learner.address)
    const shares = [0, 1].map((index) => shareOf(client(), registry(), round.id, index))
    expect((await Promise.all(shares))[place]).to.equal(0n)
    expect(view.participants[place]).to.include({ isSlashed: false, isClaimed: false })
    expect(view.participants[1 - place]).to.include({ isClaimed: true })
  })

  it('goes on when the requester comes back in time to open the hidden set', async () => {
    const directory = path('requester')
    const { endpoints } = steady
    const first = await market.join({ directory, bootstrapPeers: endpoints, balance: 100_000_000n })
    const { id } = await first.learning.open(digitsTask({ panel: 1 }))
    await steady.learning.participate(id, digitsTrainer(0, PARTS))
    await learner.enter({ type: 'participate', id, part: 1, parts: PARTS })
    await evaluator.enter({ type: 'evaluate', id })
    const [own] = steady.learning.rounds()
    if (own === undefined) throw new Error('no round')
    await passUntil(market, own, ({ view }) => view.participants.length === 2 && view.lots.length === 1)
    await first.disconnect()
    await pass(market, own, 'reveal')
    await market.join({ directory, bootstrapPeers: endpoints, balance: 0n })
    await pass(market, own, 'attest')
    await pass(market, own, 'score')
    await pass(market, own, 'close')
    const { view } = await pass(market, own, 'over')
    expect(view.settled).to.include({ byScore: true })
  })
})
