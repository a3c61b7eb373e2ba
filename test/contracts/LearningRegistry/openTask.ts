import { ethers, expect, loadFixture, time } from '../base.ts'
import { deployLearning, ESCROWED, newTask, PHASE, RoundStatus, Rule, type Task, taskId } from './fixture.ts'
import { balanceOf, openTask } from './round.ts'

const MONTH = 30n * 24n * 60n * 60n

describe('LearningRegistry: openTask', () => {
  it('takes reward and fees from the requester’s balance', async () => {
    const d = await loadFixture(deployLearning)
    const before = await balanceOf(d, d.requester)
    const task = await newTask(d)
    const id = await taskId(d, task)
    await expect(d.rounds.connect(d.requester).openTask(task))
      .to.emit(d.rounds, 'TaskOpened')
      .withArgs(id, d.requester, Object.values(task))
    expect(await balanceOf(d, d.requester)).to.equal(before - ESCROWED)
    expect((await d.rounds.roundOf(id)).status).to.equal(RoundStatus.Open)
  })

  it('is the requester’s alone', async () => {
    const d = await loadFixture(deployLearning)
    await expect(d.rounds.connect(d.stranger).openTask(await newTask(d)))
      .to.be.revertedWithCustomError(d.rounds, 'NotRequester')
      .withArgs(d.stranger, d.requester)
  })

  it('refuses a task that cannot be paid', async () => {
    const d = await loadFixture(deployLearning)
    const task = await newTask(d, { requester: d.stranger.address })
    await expect(d.rounds.connect(d.stranger).openTask(task)).to.be.revertedWithCustomError(
      d.ledger,
      'BalanceTooLow',
    )
  })

  it('opens a task once', async () => {
    const d = await loadFixture(deployLearning)
    const { task, id } = await openTask(d)
    await expect(d.rounds.connect(d.requester).openTask(task))
      .to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
      .withArgs(id, RoundStatus.Open, RoundStatus.None)
  })

  it('has no fees if none are offered', async () => {
    const d = await loadFixture(deployLearning)
    const before = await balanceOf(d, d.requester)
    await openTask(d, { evaluationFee: 0n, aggregationFee: 0n, reward: 1n, panel: 0n })
    expect(await balanceOf(d, d.requester)).to.equal(before - 1n)
  })

  const refused: [what: string, terms: Partial<Task>, error: string][] = [
    ['no reward', { reward: 0n }, 'ZeroAmount'],
    ['no stake of participants', { participantStake: 0n }, 'ZeroAmount'],
    ['no stake of evaluators', { evaluatorStake: 0n }, 'ZeroAmount'],
    ['no participants', { maxParticipants: 0n, trim: 0n }, 'InvalidParticipants'],
    ['65 participants', { maxParticipants: 65n }, 'InvalidParticipants'],
    ['a panel of 16', { panel: 16n }, 'InvalidPanel'],
    ['no dimension', { dimension: 0n }, 'InvalidShape'],
    ['empty chunks', { chunkSize: 0n }, 'InvalidShape'],
    ['chunks of 257', { chunkSize: 257n }, 'InvalidShape'],
    ['no clip range', { clip: 0n }, 'InvalidClip'],
    ['a clip range of 32 bits', { clip: 2n ** 31n }, 'InvalidClip'],
    ['trimming all of an even number', { trim: 2n, maxParticipants: 4n }, 'InvalidTrim'],
    ['trimming more than all', { trim: 3n, maxParticipants: 5n }, 'InvalidTrim'],
  ]
  for (const [what, terms, error] of refused) {
    it(`refuses ${what}`, async () => {
      const d = await loadFixture(deployLearning)
      const task = await newTask(d, terms)
      await expect(d.rounds.connect(d.requester).openTask(task)).to.be.revertedWithCustomError(
        d.rounds,
        error,
      )
    })
  }

  const bounds: [what: string, terms: Partial<Task>][] = [
    ['64 participants', { maxParticipants: 64n }],
    ['one participant', { maxParticipants: 1n, trim: 0n }],
    ['a panel of 15', { panel: 15n }],
    ['chunks of 256', { chunkSize: 256n }],
    ['a clip range of 31 bits', { clip: 2n ** 31n - 1n }],
    ['trimming all but one', { trim: 2n, maxParticipants: 5n, rule: Rule.TrimmedMean }],
  ]
  for (const [what, terms] of bounds) {
    it(`accepts ${what}`, async () => {
      const d = await loadFixture(deployLearning)
      const { id } = await openTask(d, terms)
      expect((await d.rounds.roundOf(id)).status).to.equal(RoundStatus.Open)
    })
  }

  it('refuses a rule that there is not', async () => {
    const d = await loadFixture(deployLearning)
    const task = await newTask(d)
    const data = d.rounds.interface.encodeFunctionData('openTask', [task])
    const [selector, words] = [data.slice(0, 10), data.slice(10)]
    const at = 7 * 64
    const forged = selector + words.slice(0, at) + 3n.toString(16).padStart(64, '0') + words.slice(at + 64)
    await expect(d.requester.sendTransaction({ to: d.addresses.rounds, data: forged })).to.revert(ethers)
  })

  const phases = ['commitUntil', 'revealUntil', 'attestUntil', 'scoreUntil', 'closeAt'] as const
  for (const [place, phase] of phases.entries()) {
    it(`refuses a phase that is too short: until ${phase}`, async () => {
      const d = await loadFixture(deployLearning)
      const task = await newTask(d)
      const opening = BigInt(await time.latest()) + 1n
      const before = phases[place - 1]
      const from = before === undefined ? opening : BigInt(task[before])
      await time.setNextBlockTimestamp(opening)
      const short = { ...task, [phase]: from + 9n }
      await expect(d.rounds.connect(d.requester).openTask(short))
        .to.be.revertedWithCustomError(d.rounds, 'InvalidSchedule')
        .withArgs(from, from + 9n, opening + MONTH)
      await time.setNextBlockTimestamp(opening + 1n)
      const least = { ...task, [phase]: from + (before === undefined ? 11n : 10n) }
      await d.rounds.connect(d.requester).openTask(least)
    })
  }

  it('refuses a round that is too long, or ends beyond all time', async () => {
    const d = await loadFixture(deployLearning)
    const task = await newTask(d)
    const opening = BigInt(await time.latest()) + BigInt(PHASE)
    await time.setNextBlockTimestamp(opening)
    const long = { ...task, commitUntil: opening + 10n, closeAt: opening + MONTH + 1n }
    const inside = { revealUntil: opening + 20n, attestUntil: opening + 30n, scoreUntil: opening + 40n }
    const open = (terms: Task) => d.rounds.connect(d.requester).openTask(terms)
    await expect(open({ ...long, ...inside })).to.be.revertedWithCustomError(d.rounds, 'InvalidSchedule')
    const endless = { ...long, ...inside, closeAt: 2n ** 64n - 1n }
    await expect(open(endless)).to.be.revertedWithCustomError(d.rounds, 'InvalidSchedule')
    await time.setNextBlockTimestamp(opening + 10n)
    await open({
      ...long,
      ...inside,
      commitUntil: opening + 20n,
      revealUntil: opening + 30n,
      attestUntil: opening + 40n,
      scoreUntil: opening + 50n,
      closeAt: opening + 10n + MONTH,
    })
  })
})
