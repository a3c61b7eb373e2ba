/** The largest round that a task can ask for: what its costliest calls take. */
import { HDNodeWallet } from 'ethers'
import { ethers, expect, networkHelpers } from '../base.ts'
import { type Agent, deployLearning, newAgent, type Opening, scoreCommitment, type Task } from './fixture.ts'
import { commit, openEvaluation, openTask, passTo, reveal, revealSheet } from './round.ts'

const PARTICIPANTS = 64
const PANEL = 15
const CHUNK = 256
/** The model has so many chunks that a path is of 24 steps, the most that the dimension's type allows. */
const DIMENSION = 2n ** 32n - 1n
const DEPTH = 24
/** EIP-7825: no transaction may use more. */
const TRANSACTION_GAS = 2n ** 24n
/** Nodes refuse to pass on larger transactions. */
const TRANSACTION_BYTES = 128 * 1024
const MNEMONIC = 'test test test test test test test test test test test junk'

/** A chunk at place 0 of a tree, all of whose siblings are made up: nobody has to build four billion coordinates. */
function fakeTree(values: Int32Array, name: string) {
  const bytes = new Uint8Array(values.length * 4)
  values.forEach((value, i) => {
    new DataView(bytes.buffer).setInt32(4 * i, value)
  })
  const proof = Array.from({ length: DEPTH }, (_, i) => ethers.id(`${name} ${i}`))
  const root = proof.reduce(
    (node, sibling) => ethers.keccak256(ethers.concat([node, sibling])),
    ethers.keccak256(bytes),
  )
  return { chunk: ethers.hexlify(bytes), proof, root }
}

describe('LearningRegistry: the largest round', function () {
  this.timeout(240_000)

  it('fits into transactions', async () => {
    const d = await deployLearning()
    const people = await Promise.all(
      Array.from({ length: PARTICIPANTS + PANEL }, async (_, i) => {
        const key = HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/1'/0/${i}`).connect(
          ethers.provider,
        )
        await networkHelpers.setBalance(key.address, 10n ** 20n)
        return key
      }),
    )
    const agents: Agent[] = []
    for (const key of people) agents.push(await newAgent(d, key))
    const [participants, evaluators] = [agents.slice(0, PARTICIPANTS), agents.slice(PARTICIPANTS)]
    const { task } = await openTask(d, {
      maxParticipants: 64n,
      panel: 15n,
      trim: 31n,
      chunkSize: BigInt(CHUNK),
      dimension: DIMENSION,
      clip: 2n ** 31n - 1n,
      tolerance: 2n ** 32n - 1n,
      ...longPhases(Number((await ethers.provider.getBlock('latest'))?.timestamp)),
    })
    const used = new Map<string, bigint>()
    const spend = async (
      name: string,
      call: Promise<{ wait: () => Promise<{ gasUsed: bigint } | null> }>,
    ) => {
      const receipt = await (await call).wait()
      used.set(name, receipt?.gasUsed ?? 0n)
    }

    // Values that fall make insertion slowest; no byte of them is zero, as zeros are cheap to send.
    const trees = participants.map((_, i) =>
      fakeTree(new Int32Array(CHUNK).fill(0x7f7f7f7f - i * 0x01010101), `participant ${i}`),
    )
    const openings = trees.map(
      ({ root }, i): Opening => ({
        updateRoot: root,
        contentId: ethers.id(`content ${i}`),
        salt: ethers.id(`salt ${i}`),
      }),
    )
    for (const [i, agent] of participants.entries()) {
      await spend('commitUpdate', commit(d, task, agent, openings[i] as Opening))
    }
    for (const { signer } of evaluators) await spend('enlist', d.panel.connect(signer).enlist(task))
    await passTo(task.commitUntil)
    for (const [i, opening] of openings.entries()) await spend('revealUpdate', reveal(d, task, i, opening))
    await passTo(task.revealUntil)
    await d.panel.drawPanel(task)
    await spend('drawPanel', d.panel.drawPanel(task))
    const seated = await Promise.all(
      Array.from({ length: PANEL }, async (_, seat) => {
        const { agentId } = await d.panel.evaluatorOf(await d.rounds.idOf(task), seat)
        return agents.find((agent) => agent.agentId === agentId) as Agent
      }),
    )
    for (const [seat, { signer }] of seated.entries()) {
      await spend('attest', d.panel.connect(signer).attest(task, seat, 2n ** 64n - 1n))
    }
    await openEvaluation(d, task)
    await passTo(task.attestUntil)

    const wrong = fakeTree(new Int32Array(CHUNK).fill(0x7f7f7f7f), 'the result')
    const [first] = participants
    if (first === undefined) throw new Error('nobody')
    await spend(
      'proposeResult',
      d.rounds.connect(first.signer).proposeResult(task, wrong.root, ethers.ZeroHash),
    )
    const challenge = {
      resultRoot: wrong.root,
      successor: ethers.ZeroHash,
      chunkIndex: 0,
      coordinate: CHUNK - 1,
      resultChunk: wrong.chunk,
      resultProof: wrong.proof,
      chunks: trees.map(({ chunk }) => chunk),
      proofs: trees.map(({ proof }) => proof),
    }
    const calldata = d.rounds.interface.encodeFunctionData('challengeResult', [task, challenge])
    await spend('challengeResult', d.rounds.connect(d.stranger).challengeResult(task, challenge))

    const sheets = seated.map((_, seat) => ({
      scores: Array.from({ length: PARTICIPANTS }, (_, i) => 1_000_000 - seat * 1_000 - i),
      resultRoot: wrong.root,
      salt: ethers.id(`sheet ${seat}`),
    }))
    for (const [seat, sheet] of sheets.entries()) {
      const evaluator = seated[seat] as Agent
      const commitment = await scoreCommitment(d, task, evaluator.signer.address, sheet)
      await spend('commitScores', d.panel.connect(evaluator.signer).commitScores(task, seat, commitment))
    }
    await passTo(task.scoreUntil)
    for (const [seat, sheet] of sheets.entries())
      await spend('revealScores', revealSheet(d, task, seat, sheet))
    await passTo(task.closeAt)
    await spend('settle', d.rounds.settle(task))
    for (let i = 0; i < PARTICIPANTS; i++) await spend('claim', d.rounds.claim(task, i))
    for (let i = 0; i < PANEL; i++) {
      await spend('claimSeat', d.rounds.claimSeat(task, i))
      await spend('closeSeat', d.panel.closeSeat(task, i))
    }

    const bytes = (calldata.length - 2) / 2
    console.log(`      challenge: ${bytes} bytes of calldata`)
    for (const [name, gas] of used) console.log(`      ${name.padEnd(16)} ${gas} gas`)
    expect(Math.max(...[...used.values()].map(Number))).to.be.below(Number(TRANSACTION_GAS))
    // The rest of a transaction takes well under 200 bytes.
    expect(bytes + 200).to.be.below(TRANSACTION_BYTES)
    expect((await d.rounds.roundOf(await d.rounds.idOf(task))).claimed).to.equal(2n ** 64n - 1n)
  })
})

function longPhases(now: number): Partial<Task> {
  const hour = (hours: number) => BigInt(now + hours * 3600)
  return {
    commitUntil: hour(10),
    revealUntil: hour(20),
    attestUntil: hour(30),
    scoreUntil: hour(40),
    closeAt: hour(50),
  }
}
