/** Whole rounds: who ends up with what. */
import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import {
  AGGREGATION_FEE,
  type Agent,
  type Community,
  canaryOf,
  community,
  ESCROWED,
  EVALUATION_FEE,
  EVALUATOR_STAKE,
  evaluationRoot,
  REWARD,
  STAKE,
  STAKED,
} from './fixture.ts'
import {
  aggregateOf,
  balanceOf,
  challengeOf,
  committed,
  draw,
  finish,
  passTo,
  reveal,
  revealed,
  rootOf,
  score,
  scoring,
  sheetOf,
  stakeOf,
  UPDATES,
} from './round.ts'

const EVERYBODY = [0, 1, 2, 3, 4]

async function earned(d: Community, agents: readonly Agent[]): Promise<bigint[]> {
  return Promise.all(agents.map(({ signer }) => balanceOf(d, signer)))
}

/** What came into the ledger and is in nobody's account is held for rounds. */
async function held(d: Community): Promise<bigint> {
  const people = [d.requester, d.stranger, ...d.others]
  const balances = await Promise.all(people.map((account) => balanceOf(d, account)))
  return (await d.token.balanceOf(d.ledger)) - balances.reduce((sum, balance) => sum + balance, 0n)
}

async function expectAllStakeFree(d: Community) {
  for (const agent of [...d.participants, ...d.evaluators, d.requesting]) {
    expect((await stakeOf(d, agent, d.addresses.rounds)).locked).to.equal(0n)
    expect((await stakeOf(d, agent, d.addresses.panel)).locked).to.equal(0n)
  }
}

describe('LearningRegistry: rounds', () => {
  it('pay participants by score, evaluators who agree equally, and who proposed the result', async () => {
    const d = await loadFixture(community)
    const { task, seated } = await scoring(d)
    const [proposer] = d.participants
    if (proposer === undefined) throw new Error('no participant')
    const root = rootOf(task, aggregateOf(task, UPDATES))
    await d.rounds.connect(proposer.signer).proposeResult(task, root, ethers.id('result'))
    const sheet = sheetOf([1, 2, 3, 4, -7], root)
    await score(d, task, seated, [sheet, sheet, sheet])
    await passTo(task.closeAt)
    await finish(d, task, [root])

    const shares = [10n, 20n, 30n, 40n, 0n].map((dollars) => dollars * DOLLAR)
    const fee = EVALUATION_FEE / 3n
    // What does not divide by three evaluators is one unit for the pool, and rounds down to the first participant.
    shares[0] = (shares[0] ?? 0n) + AGGREGATION_FEE + (EVALUATION_FEE - 3n * fee)
    expect(await earned(d, d.participants)).to.deep.equal(shares)
    expect(await earned(d, seated)).to.deep.equal([fee, fee, fee])
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
  })

  it('pay a copier nothing, whoever reveals first', async () => {
    const d = await loadFixture(community)
    const [first] = UPDATES
    const copied = [first, UPDATES[1], first, first, UPDATES[4]].filter((update) => update !== undefined)
    const round = await committed(d, { panel: 0n, evaluationFee: 0n, aggregationFee: 0n }, copied)
    await passTo(round.task.commitUntil)
    for (const index of [3, 0, 2, 4, 1]) {
      const opening = round.openings[index]
      if (opening !== undefined) await reveal(d, round.task, index, opening)
    }
    await passTo(round.task.closeAt)
    await finish(d, round.task)
    const third = REWARD / 3n
    expect(await earned(d, d.participants)).to.deep.equal([third + 1n, third, 0n, 0n, third])
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
  })

  it('pay everybody equally when the requester never opens the hidden set, and evaluators for attesting', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d)
    const seated = await draw(d, task)
    for (const seat of [0, 1]) await d.panel.connect(seated[seat]?.signer).attest(task, seat, 0b11111n)
    await passTo(task.closeAt)
    await finish(d, task)
    const each = (REWARD + AGGREGATION_FEE) / 5n
    expect(await earned(d, d.participants)).to.deep.equal(EVERYBODY.map(() => each))
    expect(await earned(d, seated)).to.deep.equal([EVALUATION_FEE / 2n, EVALUATION_FEE / 2n, 0n])
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
    for (const agent of seated) expect((await stakeOf(d, agent, d.addresses.panel)).staked).to.equal(STAKED)
  })

  it('pay everybody equally when no panel was drawn', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d)
    await passTo(task.closeAt)
    await finish(d, task)
    expect(await earned(d, d.participants)).to.deep.equal(EVERYBODY.map(() => ESCROWED / 5n))
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
  })

  it('pay everybody equally when the evaluators are silent, who are slashed', async () => {
    const d = await loadFixture(community)
    const { task, seated } = await scoring(d)
    await score(d, task, seated, [sheetOf([1, 2, 3, 4, 5])])
    await passTo(task.closeAt)
    await finish(d, task)
    expect(await earned(d, d.participants)).to.deep.equal(EVERYBODY.map(() => ESCROWED / 5n))
    expect(await earned(d, seated)).to.deep.equal([0n, 0n, 0n])
    const stakes = await Promise.all(seated.map((agent) => stakeOf(d, agent, d.addresses.panel)))
    expect(stakes.map(({ staked }) => staked)).to.deep.equal([
      STAKED,
      STAKED - EVALUATOR_STAKE,
      STAKED - EVALUATOR_STAKE,
    ])
    expect(await d.vault.claimable(d.requester)).to.equal(EVALUATOR_STAKE)
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
  })

  it('pay everybody equally when the evaluators say that the set could not be had, and slash nobody', async () => {
    const d = await loadFixture(community)
    const { task, seated } = await scoring(d)
    await score(d, task, seated, [sheetOf([]), sheetOf([]), sheetOf([1, 2, 3, 4, 5])])
    await passTo(task.closeAt)
    await finish(d, task)
    expect(await earned(d, d.participants)).to.deep.equal(EVERYBODY.map(() => ESCROWED / 5n))
    for (const agent of seated) expect((await stakeOf(d, agent, d.addresses.panel)).staked).to.equal(STAKED)
    expect(await held(d)).to.equal(0n)
  })

  it('give the reward back when no update is worth anything, and pay the evaluators who found that', async () => {
    const d = await loadFixture(community)
    const { task, id, seated } = await scoring(d, { aggregationFee: 0n, evaluationFee: 10n })
    const before = await balanceOf(d, d.requester)
    const sheet = sheetOf([0, -1, -2, 0, -2_147_483_648])
    await score(d, task, seated, [sheet, sheet, sheet])
    await passTo(task.closeAt)
    await expect(d.rounds.settle(task))
      .to.emit(d.rounds, 'RoundSettled')
      .withArgs(id, ethers.ZeroHash, 0n, true)
    await finish(d, task)
    expect(await earned(d, d.participants)).to.deep.equal(EVERYBODY.map(() => 0n))
    expect(await earned(d, seated)).to.deep.equal([3n, 3n, 3n])
    expect((await balanceOf(d, d.requester)) - before).to.equal(REWARD + 1n)
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
    await expect(d.rounds.claim(task, 0)).to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
  })

  it('pay nothing for a lone update of no worth, but the aggregate', async () => {
    const d = await loadFixture(community)
    const { task, seated } = await scoring(d, {}, UPDATES.slice(0, 1))
    const [junk] = d.participants
    if (junk === undefined) throw new Error('no participant')
    const before = await balanceOf(d, d.requester)
    const result = rootOf(task, aggregateOf(task, UPDATES.slice(0, 1)))
    await d.rounds.connect(junk.signer).proposeResult(task, result, ethers.ZeroHash)
    const sheet = sheetOf([0], result)
    await score(d, task, seated, [sheet, sheet, sheet])
    await passTo(task.closeAt)
    await finish(d, task, [result])
    expect(await balanceOf(d, junk.signer)).to.equal(AGGREGATION_FEE)
    // One unit of the evaluation fee does not divide by three.
    expect((await balanceOf(d, d.requester)) - before).to.equal(REWARD + 1n)
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
  })

  it('do not pay an evaluator who states other scores than the median', async () => {
    const d = await loadFixture(community)
    const { task, seated } = await scoring(d, { tolerance: 2n, aggregationFee: 0n })
    await score(d, task, seated, [
      sheetOf([10, 10, 10, 10, 0]),
      sheetOf([12, 8, 10, 10, 0]),
      sheetOf([100, 10, 10, 10, 0]),
    ])
    await passTo(task.closeAt)
    await finish(d, task)
    expect(await earned(d, seated)).to.deep.equal([EVALUATION_FEE / 2n, EVALUATION_FEE / 2n, 0n])
    // The medians are 12, 10, 10, 10, 0.
    const parts = [12n, 10n, 10n, 10n, 0n].map((weight) => (REWARD * weight) / 42n)
    const dust = REWARD - parts.reduce((sum, part) => sum + part, 0n)
    parts[0] = (parts[0] ?? 0n) + dust
    expect(await earned(d, d.participants)).to.deep.equal(parts)
    expect(await held(d)).to.equal(0n)
  })

  it('void scores that contradict the canary: a lazy panel earns nothing', async () => {
    const d = await loadFixture(community)
    const [, , , , planted] = UPDATES
    if (planted === undefined) throw new Error('no update')
    const salt = ethers.id('salt of the canary')
    const canary = canaryOf(rootOf({ chunkSize: 4n }, planted), -50n, salt)
    const { task, seated } = await scoring(d, { evaluationRoot: evaluationRoot(canary) }, UPDATES, canary)
    const lazy = sheetOf([1, 1, 1, 1, 1])
    await score(d, task, seated, [lazy, lazy, sheetOf([9, 8, 7, 6, -50])])
    await d.panel.openCanary(task, 4, -50, salt)
    await passTo(task.closeAt)
    await finish(d, task)
    expect(await earned(d, d.participants)).to.deep.equal(EVERYBODY.map(() => ESCROWED / 5n))
    expect(await earned(d, seated)).to.deep.equal([0n, 0n, 0n])
    expect(await held(d)).to.equal(0n)
  })

  it('let scores stand that find the canary', async () => {
    const d = await loadFixture(community)
    const [, , , , planted] = UPDATES
    if (planted === undefined) throw new Error('no update')
    const salt = ethers.id('salt of the canary')
    const canary = canaryOf(rootOf({ chunkSize: 4n }, planted), -50n, salt)
    const overrides = { evaluationRoot: evaluationRoot(canary), tolerance: 1n }
    const { task, id, seated } = await scoring(d, overrides, UPDATES, canary)
    const sheet = sheetOf([1, 0, 0, 0, -51])
    await score(d, task, seated, [sheet, sheet])
    await d.panel.openCanary(task, 4, -50, salt)
    await passTo(task.closeAt)
    await expect(d.rounds.settle(task))
      .to.emit(d.rounds, 'RoundSettled')
      .withArgs(id, ethers.ZeroHash, REWARD + AGGREGATION_FEE, true)
    await finish(d, task)
    expect((await earned(d, d.participants))[0]).to.equal(REWARD + AGGREGATION_FEE)
  })

  it('pay only for updates that more than half of those who attest have', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d, { panel: 3n })
    const seated = await draw(d, task)
    for (const [seat, mask] of [0b01111n, 0b00111n, 0b11001n].entries()) {
      await d.panel.connect(seated[seat]?.signer).attest(task, seat, mask)
    }
    await passTo(task.closeAt)
    await finish(d, task)
    const fees = (EVALUATION_FEE / 3n) * 3n
    const each = (ESCROWED - fees) / 4n
    const dust = ESCROWED - fees - 4n * each
    expect(await earned(d, d.participants)).to.deep.equal([each + dust, each, each, each, 0n])
    expect(await held(d)).to.equal(0n)
  })

  it('give everything back when nobody reveals, without waiting, and slash who did not', async () => {
    const d = await loadFixture(community)
    const before = await balanceOf(d, d.requester)
    const { task } = await committed(d)
    await passTo(task.revealUntil)
    await finish(d, task)
    expect(await balanceOf(d, d.requester)).to.equal(before)
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
    for (const agent of d.participants) {
      expect((await stakeOf(d, agent, d.addresses.rounds)).staked).to.equal(STAKED - STAKE)
    }
    for (const agent of d.evaluators) {
      expect((await stakeOf(d, agent, d.addresses.panel)).staked).to.equal(STAKED)
    }
  })

  it('keep the result that more than half of the evaluators state, and pay no other proposer', async () => {
    const d = await loadFixture(community)
    const { task, id, seated } = await scoring(d)
    const [withholder, proposer] = d.participants
    if (withholder === undefined || proposer === undefined) throw new Error('no participants')
    const [junk, root] = [ethers.id('no tree at all'), rootOf(task, aggregateOf(task, UPDATES))]
    await d.rounds.connect(withholder.signer).proposeResult(task, junk, ethers.ZeroHash)
    await d.rounds.connect(proposer.signer).proposeResult(task, root, ethers.id('result'))
    await score(d, task, seated, [sheetOf([0, 0, 1, 0, 0], root), sheetOf([0, 0, 1, 0, 0], root)])
    await passTo(task.closeAt)
    await finish(d, task, [junk, root])
    expect((await d.rounds.roundOf(id)).result).to.equal(root)
    expect(await earned(d, [withholder, proposer])).to.deep.equal([0n, AGGREGATION_FEE])
    await expectAllStakeFree(d)
  })

  it('slash a wrong aggregate, and keep a right one against every challenge', async () => {
    const d = await loadFixture(community)
    const { task, id } = await scoring(d)
    const [cheat, honest] = d.participants
    if (cheat === undefined || honest === undefined) throw new Error('no participants')
    const right = aggregateOf(task, UPDATES)
    const wrong = Int32Array.from(right)
    wrong[5] = (right[5] ?? 0) + 1
    await d.rounds.connect(cheat.signer).proposeResult(task, rootOf(task, wrong), ethers.ZeroHash)
    await d.rounds.connect(honest.signer).proposeResult(task, rootOf(task, right), ethers.ZeroHash)
    const calls = d.rounds.connect(d.stranger)
    for (const coordinate of [0, 1, 2, 3, 4, 5]) {
      const challenge = challengeOf(task, right, UPDATES, Math.floor(coordinate / 4), coordinate % 4)
      await expect(calls.challengeResult(task, challenge))
        .to.be.revertedWithCustomError(d.rounds, 'ResultCorrect')
        .withArgs(right[coordinate])
    }
    await calls.challengeResult(task, challengeOf(task, wrong, UPDATES, 1, 1, rootOf(task, right)))
    expect((await stakeOf(d, cheat, d.addresses.rounds)).staked).to.equal(STAKED - STAKE)
    expect(await d.vault.claimable(d.stranger)).to.equal(STAKE / 2n)
    await passTo(task.closeAt)
    await finish(d, task, [rootOf(task, right)])
    expect((await d.rounds.roundOf(id)).result).to.equal(rootOf(task, right))
    expect(await earned(d, [cheat])).to.deep.equal([(REWARD + EVALUATION_FEE) / 5n])
    expect(await earned(d, [honest])).to.deep.equal([(REWARD + EVALUATION_FEE) / 5n + AGGREGATION_FEE])
    expect(await held(d)).to.equal(0n)
    await expectAllStakeFree(d)
  })
})
