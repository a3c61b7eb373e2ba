/** Half of a panel decides nothing. */
import { ethers, expect, loadFixture } from '../base.ts'
import { community } from '../LearningRegistry/fixture.ts'
import { draw, revealed, score, scoring, sheetOf } from '../LearningRegistry/round.ts'

const ROOT = ethers.id('an aggregate')
const SCORES = [1, 2, 3, 4, 5]

async function fourSeats() {
  const d = await community()
  return { ...d, ...(await scoring(d, { panel: 4n })) }
}

describe('LearningPanel: outcomeOf', () => {
  it('counts all updates while half of the panel attests, and not more', async () => {
    const d = await loadFixture(community)
    const { task, id } = await revealed(d, { panel: 4n })
    const seated = await draw(d, task)
    const attest = (seat: number) => d.panel.connect(seated[seat]?.signer).attest(task, seat, 0b00001n)
    await attest(0)
    await attest(1)
    expect(await d.panel.countedOf(id)).to.equal(0b11111n)
    await attest(2)
    expect(await d.panel.countedOf(id)).to.equal(0b00001n)
  })

  it('shares equally when half of the panel gives scores', async () => {
    const d = await loadFixture(fourSeats)
    await score(d, d.task, d.seated, [sheetOf(SCORES), sheetOf(SCORES), sheetOf([])])
    const outcome = await d.panel.outcomeOf(d.id, 0)
    expect([outcome.byScore, outcome.agreeing]).to.deep.equal([false, 0n])
    expect([...outcome.weights]).to.deep.equal([1n, 1n, 1n, 1n, 1n])
  })

  it('weighs by score when more than half does', async () => {
    const d = await loadFixture(fourSeats)
    await score(d, d.task, d.seated, [sheetOf(SCORES), undefined, sheetOf(SCORES), sheetOf(SCORES)])
    const outcome = await d.panel.outcomeOf(d.id, 0)
    expect([outcome.byScore, outcome.agreeing]).to.deep.equal([true, 0b1101n])
    expect([...outcome.weights]).to.deep.equal([1n, 2n, 3n, 4n, 5n])
  })

  it('takes the mean of the two middle scores of four', async () => {
    const d = await loadFixture(fourSeats)
    const sheets = [10, 12, 15, 90].map((value) => sheetOf([value, -value, 0, 1, 1]))
    await score(d, d.task, d.seated, sheets)
    const outcome = await d.panel.outcomeOf(d.id, 3)
    expect([...outcome.weights]).to.deep.equal([13n, 0n, 0n, 1n, 1n])
    expect(outcome.agreeing).to.equal(0b0111n)
  })

  it('has no result that half of the answers state', async () => {
    const d = await loadFixture(fourSeats)
    const [stated, other] = [sheetOf(SCORES, ROOT), sheetOf(SCORES, ethers.id('another'))]
    await score(d, d.task, d.seated, [stated, other, stated, sheetOf([])])
    expect((await d.panel.outcomeOf(d.id, 0)).result).to.equal(ethers.ZeroHash)
  })

  it('has the result that more than half of the answers state, abstentions included', async () => {
    const d = await loadFixture(fourSeats)
    const other = sheetOf(SCORES, ethers.id('another'))
    await score(d, d.task, d.seated, [other, sheetOf([], ROOT), sheetOf(SCORES, ROOT)])
    const outcome = await d.panel.outcomeOf(d.id, 0)
    expect([outcome.answered, outcome.result]).to.deep.equal([true, ROOT])
  })
})
