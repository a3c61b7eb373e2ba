import { expect } from 'chai'
import { bytesToHex, createPublicClient, getAddress, http } from 'viem'
import {
  commitUpdate,
  proposeResult,
  revealUpdate,
  shareOf,
} from '../../agent/chain/actions/learning-registry.ts'
import {
  canaryFor,
  type LearningRound,
  type MeshNetwork,
  type Moment,
  readOrigin,
  signOrigin,
} from '../../agent/index.ts'
import { chunkRoot, encodeChunks } from '../../agent/learning/chunk-tree.ts'
import { encodeFixedPoint } from '../../agent/learning/rounds/index.ts'
import { learningDomain, learningRegistryOf, parseDeployment } from '../../protocol/deployment.ts'
import { hashUpdateCommitment } from '../../protocol/eip712.ts'
import { keccak } from '../../protocol/keccak.ts'
import type { Hex } from '../../protocol/types.ts'
import {
  DONE,
  digitsTask,
  digitsTold,
  digitsTrainer,
  digitsUpdate,
  PHASE,
  pass,
  passUntil,
  REWARD,
  staked,
} from './support/learning.ts'
import { startMarket, type TestMarket } from './support/market.ts'

const PARTICIPANTS = 4
const EVALUATORS = 4

describe('a round of learning', function () {
  this.timeout(400_000)
  let market: TestMarket
  let requester: MeshNetwork
  let participants: MeshNetwork[]
  let evaluators: MeshNetwork[]

  before(async () => {
    market = await startMarket()
    requester = await market.join({ capabilities: ['learn.request'], balance: 500_000_000n })
    const join = async (role: 'participant' | 'evaluator') => {
      const agent = await market.join({ bootstrapPeers: requester.endpoints, capabilities: ['learn.train'] })
      return staked(agent, role)
    }
    participants = []
    evaluators = []
    for (let i = 0; i < PARTICIPANTS; i++) participants.push(await join('participant'))
    for (let i = 0; i < EVALUATORS; i++) evaluators.push(await join('evaluator'))
  })
  after(() => market.stop())

  const registry = () => learningRegistryOf(parseDeployment(market.descriptor().deployment))
  const client = () => createPublicClient({ transport: http(market.descriptor().rpcUrl) })

  /** A round that these have committed to, with all evaluators. */
  const begun = async (trainers: readonly MeshNetwork[], count = trainers.length): Promise<LearningRound> => {
    const round = await requester.learning.open(digitsTask())
    for (const [part, agent] of trainers.entries()) {
      await agent.learning.participate(round.id, digitsTrainer(part, PARTICIPANTS))
    }
    for (const agent of evaluators) await agent.learning.evaluate(round.id)
    await passUntil(
      market,
      round,
      ({ view }) => view.participants.length === count && view.lots.length === EVALUATORS,
    )
    return round
  }
  const isPaid = (agents: readonly MeshNetwork[]) => (moment: Moment) =>
    DONE.over(moment) &&
    moment.view.participants.every(
      ({ participant, isClaimed }) => isClaimed || !agents.some(({ address }) => address === participant),
    )

  it('makes a model better, and pays who made it so', async () => {
    const [before, fees] = await Promise.all([balances(participants), balances(evaluators)])
    const paid = await requester.account.balance()
    const round = await begun(participants)
    expect((await requester.learning.tasks()).map(({ id }) => id)).to.deep.equal([round.id])
    await pass(market, round, 'reveal')
    await pass(market, round, 'attest')
    await pass(market, round, 'score')
    await pass(market, round, 'close')
    const { view } = await pass(
      market,
      round,
      'over',
      (moment) =>
        isPaid(participants)(moment) &&
        moment.view.seats.every((seat) => seat.isClaimed && seat.isClosed) &&
        moment.view.isResultClaimed,
    )
    expect(view.settled).to.include({ byScore: true })
    const result = await round.result()
    if (result === undefined) throw new Error('no result')
    expect(digitsTold(result.model.parameters)).to.be.greaterThan(digitsTold() + 0.2)
    const signed = signOrigin(result.origin, await requester.load())
    const { signer, updates, model, base } = readOrigin(JSON.parse(JSON.stringify(signed)))
    expect({ signer, model, base }).to.deep.equal({
      ...{ signer: requester.address, model: result.content, base: round.task.baseModel },
    })
    const makers = participants.map(({ address }) => address)
    expect(updates.map(({ agent }) => getAddress(agent))).to.have.members(makers)
    expect(await participants[0]?.content.fetch(result.content, [requester.address])).to.deep.equal(
      await requester.content.get(result.content),
    )
    const gains = difference(await balances(participants), before)
    const earned = difference(await balances(evaluators), fees)
    for (const gain of gains) expect(gain > REWARD / 10n, `${gains}`).to.equal(true)
    expect(earned.toSorted()).to.deep.equal([0n, 300_000n, 300_000n, 300_000n])
    expect(sum(gains) + sum(earned)).to.equal(paid - (await requester.account.balance()))
  })

  it('is too late for who comes when others have committed', async () => {
    const round = await begun(participants.slice(0, 1))
    await market.later(PHASE)
    const error = await participants[1]?.learning
      .participate(round.id, digitsTrainer(1, PARTICIPANTS))
      .catch((reason: unknown) => reason)
    expect(error).to.include({ name: 'RefusedError', code: 'TASK_CLOSED' })
  })

  it('pays all alike when the hidden set stays closed', async () => {
    const round = await begun(participants)
    // It forgets what opens the set: as if it did not want to.
    const records = Reflect.get(requester, 'parts').learningRecords
    delete records.of(round.id).hidden
    await pass(market, round, 'reveal')
    await pass(market, round, 'attest', ({ view }) => view.seats.length > 0)
    await passUntil(market, round, ({ view }) => view.seats.every((seat) => seat.hasAttested))
    await pass(market, round, 'score')
    await pass(market, round, 'close')
    const { view } = await pass(market, round, 'over', isPaid(participants))
    expect(view.settled).to.include({ byScore: false })
    const shares = await Promise.all(
      participants.map((_, place) => shareOf(client(), registry(), round.id, place)),
    )
    expect(new Set(shares)).to.deep.equal(new Set([(view.settled?.pool ?? 0n) / 4n]))
    expect(shares[0]).to.satisfy((share: bigint) => share >= REWARD / 4n)
  })

  describe('with an update whose score the requester knows', () => {
    const canary = digitsUpdate(0, PARTICIPANTS)
    const scored = async (score: number): Promise<Moment> => {
      const terms = digitsTask()
      const known = canaryFor(terms, canary)
      const round = await requester.learning.open({
        ...terms,
        canary: { ...known, score: known.score + score },
      })
      const [accomplice, ...rest] = participants as [MeshNetwork, ...MeshNetwork[]]
      await accomplice.learning.participate(round.id, () => canary)
      for (const [part, agent] of rest.entries()) {
        await agent.learning.participate(round.id, digitsTrainer(part + 1, PARTICIPANTS))
      }
      for (const agent of evaluators) await agent.learning.evaluate(round.id)
      await passUntil(
        market,
        round,
        ({ view }) => view.participants.length === PARTICIPANTS && view.lots.length === EVALUATORS,
      )
      await pass(market, round, 'reveal')
      await pass(market, round, 'attest')
      await pass(market, round, 'score')
      await pass(market, round, 'close', (moment) => DONE.close(moment) && moment.view.isCanaryOpened)
      return pass(market, round, 'over')
    }

    it('pays by score when evaluators come to the same', async () => {
      expect((await scored(0)).view.settled).to.include({ byScore: true })
    })

    it('voids their scores when they do not', async () => {
      expect((await scored(5_000)).view.settled).to.include({ byScore: false })
    })
  })

  describe('with somebody who lies', () => {
    const liar = () => participants[0] as MeshNetwork
    const honest = () => participants.slice(1)
    const rootOf = (values: Int32Array, size: number) =>
      bytesToHex(chunkRoot(encodeChunks(values, size), keccak))

    it('proves a wrong aggregate, takes its stake, and has the right one stand', async () => {
      const round = await begun(participants)
      const { task } = round
      await pass(market, round, 'reveal')
      await pass(market, round, 'attest')
      const wrong = new Int32Array(task.dimension).fill(7)
      const contentId = await liar().content.put(encodeFixedPoint(wrong))
      const root = rootOf(wrong, task.chunkSize)
      const { view } = await pass(market, round, 'score', (moment) => {
        const isThere = moment.view.proposals.some((proposal) => proposal.root === root)
        if (!isThere)
          liar()
            .account.submit(proposeResult(registry(), task, { root, contentId }))
            .catch(() => undefined)
        return (
          isThere && DONE.score(moment) && moment.view.proposals.some(({ status }) => status === 'refuted')
        )
      })
      expect(view.proposals.find((proposal) => proposal.root === root)?.status).to.equal('refuted')
      const right = view.proposals.find(({ status }) => status === 'standing')
      await pass(market, round, 'close')
      const over = await pass(market, round, 'over')
      expect(over.view.settled?.result).to.equal(right?.root)
    })

    it('leaves out an update that is not what was committed to, and one that is not to be had', async () => {
      const round = await requester.learning.open(digitsTask())
      const { id, task } = round
      const domain = learningDomain(parseDeployment(market.descriptor().deployment))
      const salt: Hex = `0x${'5a'.repeat(32)}`
      const commit = async (agent: MeshNetwork, updateRoot: Hex, contentId: Hex) => {
        const opening = { updateRoot, contentId, salt }
        const commitment = hashUpdateCommitment(domain, { task: id, participant: agent.address, ...opening })
        await agent.account.submit(commitUpdate(registry(), task, commitment))
        return opening
      }
      const other = new Int32Array(task.dimension).fill(3)
      const garbage = await liar().content.put(encodeFixedPoint(other))
      const [first, second] = [liar(), honest()[0] as MeshNetwork]
      const openings = [
        await commit(
          first,
          rootOf(
            other.map(() => 4),
            task.chunkSize,
          ),
          garbage,
        ),
        await commit(second, rootOf(other, task.chunkSize), `0x${'77'.repeat(32)}`),
      ]
      const rest = honest().slice(1)
      for (const [part, agent] of rest.entries()) {
        await agent.learning.participate(id, digitsTrainer(part, PARTICIPANTS))
      }
      for (const agent of evaluators) await agent.learning.evaluate(id)
      await passUntil(
        market,
        round,
        ({ view }) => view.participants.length === 4 && view.lots.length === EVALUATORS,
      )
      await market.later(PHASE)
      for (const [index, opening] of openings.entries()) {
        const agent = index === 0 ? first : second
        const call = revealUpdate(registry(), task, index, opening)
        await agent.account.submit(call)
      }
      await passUntil(market, round, (moment) => moment.phase === 'reveal' && DONE.reveal(moment))
      // Evaluators wait for what is lacking until the last call.
      await pass(market, round, 'attest', ({ view }) => view.seats.length > 0)
      await market.later(PHASE / 2 + 100)
      await passUntil(market, round, DONE.attest)
      await pass(market, round, 'score')
      await pass(market, round, 'close')
      const before = await balances([first, second])
      const { view } = await pass(market, round, 'over', isPaid(rest))
      expect(view.settled).to.include({ byScore: true })
      expect(await balances([first, second])).to.deep.equal(before)
    })
  })
})

function balances(agents: readonly MeshNetwork[]): Promise<bigint[]> {
  return Promise.all(agents.map((agent) => agent.account.balance()))
}

function difference(after: readonly bigint[], before: readonly bigint[]): bigint[] {
  return after.map((balance, i) => balance - (before[i] ?? 0n))
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n)
}
