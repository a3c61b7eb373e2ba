import { ethers, expect, loadFixture, networkHelpers, time } from '../base.ts'
import { community, type Opening } from '../LearningRegistry/fixture.ts'
import { committed, openTask, passTo, reveal, revealed } from '../LearningRegistry/round.ts'

async function ready() {
  const d = await community()
  return { ...d, ...(await revealed(d)) }
}

describe('LearningPanel: drawPanel', () => {
  it('names a block, then draws by its hash', async () => {
    const d = await loadFixture(ready)
    const block = (await time.latestBlock()) + 1
    await expect(d.panel.connect(d.stranger).drawPanel(d.task))
      .to.emit(d.panel, 'DrawAnnounced')
      .withArgs(d.id, block)
    await expect(d.panel.drawPanel(d.task)).to.emit(d.panel, 'PanelDrawn')
    const { seatCount, seats } = await d.panel.panelOf(d.id)
    expect(seatCount).to.equal(3n)
    const lots = [0n, 1n, 2n].map((seat) => (seats >> (16n * seat)) & 0xffffn)
    expect(new Set(lots).size).to.equal(3)
    expect(lots.every((lot) => lot < 5n)).to.equal(true)
    for (const [seat, lot] of lots.entries()) {
      const { agentId } = await d.panel.evaluatorOf(d.id, seat)
      expect(agentId).to.equal(d.evaluators[Number(lot)]?.agentId)
    }
    await expect(d.panel.evaluatorOf(d.id, 3)).to.be.revertedWithCustomError(d.panel, 'NotFound').withArgs(3)
  })

  it('does not draw in the block that it named', async () => {
    const d = await loadFixture(ready)
    await networkHelpers.mine()
    await ethers.provider.send('evm_setAutomine', [false])
    const first = await d.panel.drawPanel(d.task, { gasLimit: 500_000n })
    const second = await d.panel.drawPanel(d.task, { gasLimit: 500_000n })
    await networkHelpers.mine()
    await ethers.provider.send('evm_setAutomine', [true])
    const receipts = await Promise.all(
      [first, second].map(({ hash }) => ethers.provider.getTransactionReceipt(hash)),
    )
    expect(receipts.map((receipt) => receipt?.status)).to.deep.equal([1, 0])
    expect(receipts[0]?.blockNumber).to.equal(receipts[1]?.blockNumber)
    expect((await d.panel.panelOf(d.id)).seatCount).to.equal(0n)
  })

  it('draws up to 256 blocks later, and names another block after that', async () => {
    const d = await loadFixture(ready)
    await d.panel.drawPanel(d.task)
    const block = BigInt(await time.latestBlock())
    await networkHelpers.mine(256, { interval: 0 })
    await d.panel.drawPanel(d.task)
    expect((await d.panel.panelOf(d.id)).drawBlock).to.equal(block + 257n)
    await networkHelpers.mine(255, { interval: 0 })
    await expect(d.panel.drawPanel(d.task)).to.emit(d.panel, 'PanelDrawn')
  })

  it('draws once', async () => {
    const d = await loadFixture(ready)
    await d.panel.drawPanel(d.task)
    await d.panel.drawPanel(d.task)
    await expect(d.panel.drawPanel(d.task)).to.be.revertedWithCustomError(d.panel, 'AlreadyDrawn')
  })

  it('has its own phase, to the second', async () => {
    const d = await loadFixture(community)
    const { task, openings } = await committed(d)
    await passTo(task.commitUntil)
    await reveal(d, task, 0, openings[0] as Opening)
    await time.setNextBlockTimestamp(BigInt(task.revealUntil))
    await expect(d.panel.drawPanel(task)).to.be.revertedWithCustomError(d.panel, 'TooEarly')
    await passTo(task.revealUntil)
    await d.panel.drawPanel(task)
    await time.setNextBlockTimestamp(BigInt(task.attestUntil))
    await d.panel.drawPanel(task)
    const late = await loadFixture(ready)
    await passTo(late.task.attestUntil)
    await expect(late.panel.drawPanel(late.task)).to.be.revertedWithCustomError(late.panel, 'TooLate')
  })

  it('seats all when fewer enlisted than are asked for', async () => {
    const d = await loadFixture(community)
    const { task, id } = await revealed(d, { panel: 15n })
    await d.panel.drawPanel(task)
    await d.panel.drawPanel(task)
    expect((await d.panel.panelOf(id)).seatCount).to.equal(5n)
  })

  it('draws no panel for nobody, from nobody, or without updates', async () => {
    const d = await loadFixture(community)
    const without = await revealed(d, { panel: 0n })
    await expect(d.panel.drawPanel(without.task)).to.be.revertedWithCustomError(d.panel, 'NothingToDraw')
    const empty = await openTask(d, { nonce: 2n })
    for (const { signer } of d.evaluators) await d.panel.connect(signer).enlist(empty.task)
    await passTo(empty.task.revealUntil)
    await expect(d.panel.drawPanel(empty.task)).to.be.revertedWithCustomError(d.panel, 'NothingToDraw')
    const fresh = await loadFixture(community)
    const alone = await openTask(fresh, { nonce: 3n })
    await passTo(alone.task.revealUntil)
    await expect(fresh.panel.drawPanel(alone.task)).to.be.revertedWithCustomError(
      fresh.panel,
      'NothingToDraw',
    )
  })

  it('needs an open round', async () => {
    const d = await loadFixture(ready)
    await expect(d.panel.drawPanel({ ...d.task, nonce: 9n })).to.be.revertedWithCustomError(
      d.panel,
      'UnexpectedStatus',
    )
  })
})
