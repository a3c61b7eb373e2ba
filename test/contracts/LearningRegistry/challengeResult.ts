import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, ProposalStatus, Rule, STAKE, STAKED, type Task } from './fixture.ts'
import {
  aggregateOf,
  challengeOf,
  chunkOf,
  commit,
  committed,
  draw,
  openingOf,
  passTo,
  reveal,
  revealed,
  rootOf,
  scoring,
  stakeOf,
  UPDATES,
} from './round.ts'

async function proposed(overrides: Partial<Task> = {}, spoil: (result: Int32Array) => Int32Array = off(2)) {
  const d = await community()
  const round = await scoring(d, overrides)
  const [agent] = d.participants
  if (agent === undefined) throw new Error('nobody')
  const right = aggregateOf(round.task, UPDATES)
  const wrong = spoil(right)
  const root = rootOf(round.task, wrong)
  await d.rounds.connect(agent.signer).proposeResult(round.task, root, ethers.ZeroHash)
  return { ...d, ...round, agent, right, wrong, root }
}

/** A result that is wrong by one at a coordinate. */
function off(coordinate: number) {
  return (result: Int32Array) => result.map((value, i) => (i === coordinate ? value + 1 : value))
}

/** loadFixture tells fixtures apart by the function. */
const wrongAtTwo = () => proposed()

describe('LearningRegistry: challengeResult', () => {
  it('slashes the proposer of a result that is wrong at one coordinate; half is the challenger’s', async () => {
    const d = await loadFixture(wrongAtTwo)
    await expect(
      d.rounds.connect(d.stranger).challengeResult(d.task, challengeOf(d.task, d.wrong, UPDATES, 0, 2)),
    )
      .to.emit(d.rounds, 'ResultRefuted')
      .withArgs(d.id, d.root, d.stranger, 0, 2)
    expect((await d.rounds.proposalOf(d.id, d.root)).status).to.equal(ProposalStatus.Refuted)
    expect((await d.rounds.roundOf(d.id)).result).to.equal(ethers.ZeroHash)
    expect(await stakeOf(d, d.agent, d.addresses.rounds)).to.deep.equal({
      staked: STAKED - STAKE,
      locked: 0n,
    })
    expect(await d.vault.claimable(d.stranger)).to.equal(STAKE / 2n)
  })

  for (const rule of Object.values(Rule)) {
    it(`finds each wrong coordinate and no right one, by rule ${rule}`, async () => {
      for (let spoilt = 0; spoilt < 6; spoilt++) {
        const d = await proposed({ rule }, off(spoilt))
        for (let coordinate = 0; coordinate < 6; coordinate++) {
          const challenge = challengeOf(d.task, d.wrong, UPDATES, Math.floor(coordinate / 4), coordinate % 4)
          const attempt = d.rounds.challengeResult.staticCall(d.task, challenge)
          if (coordinate === spoilt) await attempt
          else await expect(attempt).to.be.revertedWithCustomError(d.rounds, 'ResultCorrect')
        }
      }
    })
  }

  it('aggregates only the updates that count', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d)
    const seated = await draw(d, task)
    for (const [seat, { signer }] of seated.entries())
      await d.panel.connect(signer).attest(task, seat, 0b01101n)
    await passTo(task.attestUntil)
    const counted = UPDATES.filter((_, index) => [0, 2, 3].includes(index))
    const right = aggregateOf(task, counted)
    const all = aggregateOf(task, UPDATES)
    const [agent] = d.participants
    for (const result of [right, all]) {
      await d.rounds.connect(agent?.signer).proposeResult(task, rootOf(task, result), ethers.ZeroHash)
    }
    await expect(
      d.rounds.challengeResult(task, challengeOf(task, all, UPDATES, 0, 0)),
    ).to.be.revertedWithCustomError(d.rounds, 'LengthMismatch')
    await expect(
      d.rounds.challengeResult(task, challengeOf(task, right, counted, 0, 0)),
    ).to.be.revertedWithCustomError(d.rounds, 'ResultCorrect')
    expect(all[0]).to.not.equal(right[0])
    await d.rounds.challengeResult(task, challengeOf(task, all, counted, 0, 0))
  })

  it('refutes a result whose chunk holds other than its coordinates', async () => {
    const d = await loadFixture(wrongAtTwo)
    const [, agent] = d.participants
    // Three coordinates in the first chunk, four in the second: a root that no vector of the task has.
    const chunks = [d.right.subarray(0, 3), d.right.subarray(2, 6)].map(
      (part) => chunkOf(d.task, part, 0).chunk,
    )
    const leaves = chunks.map((chunk) => ethers.keccak256(chunk))
    const root = ethers.keccak256(ethers.concat(leaves))
    await d.rounds.connect(agent?.signer).proposeResult(d.task, root, ethers.ZeroHash)
    const honest = challengeOf(d.task, d.right, UPDATES, 0, 0)
    const challenge = {
      ...honest,
      resultRoot: root,
      resultChunk: chunks[0] ?? '0x',
      resultProof: [leaves[1] ?? '0x'],
    }
    await d.rounds.challengeResult(d.task, challenge)
    expect((await d.rounds.proposalOf(d.id, root)).status).to.equal(ProposalStatus.Refuted)
  })

  it('takes no chunk of an update that was cut otherwise, which evaluators must not attest to', async () => {
    const d = await loadFixture(community)
    const { task, openings } = await committed(d, {}, UPDATES.slice(0, 4))
    const [, , , , agent] = d.participants
    const [, , , , update] = UPDATES
    if (agent === undefined || update === undefined) throw new Error('nobody')
    const cut = { ...task, chunkSize: 5n }
    const malformed = openingOf(cut, update)
    await commit(d, task, agent, malformed)
    await passTo(task.commitUntil)
    for (const [index, opening] of [...openings, malformed].entries()) await reveal(d, task, index, opening)
    await passTo(task.attestUntil)
    const wrong = new Int32Array(6)
    await d.rounds.connect(agent.signer).proposeResult(task, rootOf(task, wrong), ethers.ZeroHash)
    const challenge = challengeOf(task, wrong, UPDATES, 0, 0)
    const { chunk, proof } = chunkOf(cut, update, 0)
    const [chunks, proofs] = [challenge.chunks.with(4, chunk), challenge.proofs.with(4, proof)]
    await expect(d.rounds.challengeResult(task, { ...challenge, chunks, proofs }))
      .to.be.revertedWithCustomError(d.rounds, 'InvalidChunk')
      .withArgs(malformed.updateRoot)
  })

  it('takes no node of the tree for a chunk, though it may be as long', async () => {
    const d = await loadFixture(community)
    const updates = UPDATES.map((update) => Int32Array.from({ length: 64 }, (_, i) => update[i % 6] ?? 0))
    const { task } = await scoring(d, { dimension: 64n, chunkSize: 16n }, updates)
    const right = aggregateOf(task, updates)
    await d.rounds.connect(d.requester).proposeResult(task, rootOf(task, right), ethers.ZeroHash)
    const honest = challengeOf(task, right, updates, 0, 0)
    const leaves = [0, 1, 2, 3].map((index) => ethers.keccak256(chunkOf(task, right, index).chunk))
    // The hashes of two chunks are 64 bytes, like sixteen coordinates, and stand one step nearer to the root.
    const resultChunk = ethers.concat(leaves.slice(0, 2))
    const resultProof = [ethers.keccak256(ethers.concat(leaves.slice(2)))]
    await expect(d.rounds.challengeResult(task, { ...honest, resultChunk, resultProof }))
      .to.be.revertedWithCustomError(d.rounds, 'InvalidChunk')
      .withArgs(rootOf(task, right))
  })

  it('puts a standing successor in the place of what was first, and nothing else', async () => {
    const d = await loadFixture(wrongAtTwo)
    const second = rootOf(d.task, d.right)
    await d.rounds.connect(d.participants[1]?.signer).proposeResult(d.task, second, ethers.ZeroHash)
    const snapshot = async (successor: string) => {
      await d.rounds.challengeResult.staticCall(
        d.task,
        challengeOf(d.task, d.wrong, UPDATES, 0, 2, successor),
      )
    }
    await snapshot(second)
    await d.rounds.challengeResult(
      d.task,
      challengeOf(d.task, d.wrong, UPDATES, 0, 2, ethers.id('never proposed')),
    )
    expect((await d.rounds.roundOf(d.id)).result).to.equal(ethers.ZeroHash)
  })

  it('leaves the first in its place when a later one is refuted', async () => {
    const d = await loadFixture(wrongAtTwo)
    const later = off(4)(d.right)
    const root = rootOf(d.task, later)
    await d.rounds.connect(d.participants[1]?.signer).proposeResult(d.task, root, ethers.ZeroHash)
    await d.rounds.challengeResult(d.task, challengeOf(d.task, later, UPDATES, 1, 0))
    expect((await d.rounds.roundOf(d.id)).result).to.equal(d.root)
  })

  it('is possible from the first second of proposing to the last of the round', async () => {
    const d = await loadFixture(wrongAtTwo)
    const challenge = challengeOf(d.task, d.wrong, UPDATES, 0, 2)
    await time.setNextBlockTimestamp(BigInt(d.task.closeAt))
    await d.rounds.challengeResult(d.task, challenge)
    const late = await proposed()
    await passTo(late.task.closeAt)
    await expect(
      late.rounds.challengeResult(late.task, challengeOf(late.task, late.wrong, UPDATES, 0, 2)),
    ).to.be.revertedWithCustomError(late.rounds, 'TooLate')
  })

  it('is not possible before', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d)
    const challenge = challengeOf(task, aggregateOf(task, UPDATES), UPDATES, 0, 0)
    await expect(d.rounds.challengeResult(task, challenge)).to.be.revertedWithCustomError(
      d.rounds,
      'TooEarly',
    )
  })

  it('refutes once, and only what was proposed', async () => {
    const d = await loadFixture(wrongAtTwo)
    const challenge = challengeOf(d.task, d.wrong, UPDATES, 0, 2)
    await d.rounds.challengeResult(d.task, challenge)
    for (const resultRoot of [d.root, ethers.id('never proposed')]) {
      await expect(d.rounds.challengeResult(d.task, { ...challenge, resultRoot }))
        .to.be.revertedWithCustomError(d.rounds, 'NotStanding')
        .withArgs(resultRoot)
    }
    await expect(d.rounds.challengeResult({ ...d.task, nonce: 9n }, challenge)).to.be.revertedWithCustomError(
      d.rounds,
      'UnexpectedStatus',
    )
  })

  describe('takes no proof that is none', () => {
    type Challenge = ReturnType<typeof challengeOf>
    type Case = [what: string, error: string, forge: (challenge: Challenge) => Challenge]
    const [first] = UPDATES
    if (first === undefined) throw new Error('no update')
    const cases: Case[] = [
      ['a chunk beyond the model', 'OutOfRange', (c) => ({ ...c, chunkIndex: 2 })],
      ['a coordinate beyond the chunk', 'OutOfRange', (c) => ({ ...c, coordinate: 4 })],
      ['another result chunk', 'InvalidChunk', (c) => ({ ...c, resultChunk: c.chunks[0] ?? '0x' })],
      ['a result chunk at another place', 'InvalidChunk', (c) => ({ ...c, chunkIndex: 1, coordinate: 0 })],
      ['a result proof too short', 'InvalidChunk', (c) => ({ ...c, resultProof: [] })],
      [
        'a result proof too long',
        'InvalidChunk',
        (c) => ({ ...c, resultProof: [...c.resultProof, ethers.ZeroHash] }),
      ],
      [
        'an update too few',
        'LengthMismatch',
        (c) => ({ ...c, chunks: c.chunks.slice(1), proofs: c.proofs.slice(1) }),
      ],
      ['a chunk too many', 'LengthMismatch', (c) => ({ ...c, chunks: [...c.chunks, '0x'] })],
      ['a proof too few', 'LengthMismatch', (c) => ({ ...c, proofs: c.proofs.slice(1) })],
      ['updates in another order', 'InvalidChunk', (c) => ({ ...c, chunks: c.chunks.toReversed() })],
      [
        'an altered update',
        'InvalidChunk',
        (c) => ({ ...c, chunks: [`${c.chunks[0]?.slice(0, -1)}e`, ...c.chunks.slice(1)] }),
      ],
      [
        'a chunk of another length',
        'InvalidChunk',
        (c) => ({ ...c, chunks: [`${c.chunks[0]}00`, ...c.chunks.slice(1)] }),
      ],
    ]
    for (const [what, error, forge] of cases) {
      it(what, async () => {
        const d = await loadFixture(wrongAtTwo)
        const forged = forge(challengeOf(d.task, d.wrong, UPDATES, 0, 2))
        await expect(d.rounds.challengeResult(d.task, forged)).to.be.revertedWithCustomError(d.rounds, error)
      })
    }

    it('a coordinate beyond the last, shorter chunk', async () => {
      const d = await loadFixture(wrongAtTwo)
      await expect(d.rounds.challengeResult(d.task, challengeOf(d.task, d.wrong, UPDATES, 1, 2)))
        .to.be.revertedWithCustomError(d.rounds, 'OutOfRange')
        .withArgs(1, 2)
    })
  })
})
