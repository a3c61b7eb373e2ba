/** Whom the lot passes over. */
import { ethers, expect, loadFixture, networkHelpers, type Signer } from '../base.ts'
import {
  AMOUNT,
  addJuror,
  aim,
  bind,
  bring,
  type Court,
  caseOf,
  drawPanel,
  emptyCourt,
  ID,
  JUROR_BOND,
  panel,
  passStage,
  prefund,
  RICH,
  register,
  stakeFor,
  vote,
} from './fixture.ts'

const owner = (d: Court, index: number): Signer => {
  const found = d.owners[index]
  if (!found) throw new Error('too few owners')
  return found
}

/** Fit jurors of the first owners. */
async function withJurors(count: number) {
  const d = await emptyCourt()
  for (let index = 0; index < count; index++) await addJuror(d, owner(d, index))
  return d
}

/** One juror less than a panel: its last seat is left to whoever else may be drawn. */
const pair = () => withJurors(2)
const three = () => withJurors(3)

async function untilDraw(d: Court, payer: Signer = d.defendant) {
  await bring(d)
  await d.court.connect(payer).matchBond(d.arbitrable, ID)
  await passStage(d)
}

/** Looks at many times as many places as there are, and expects the two owners that are fit, and nobody else. */
async function expectPairSeated(d: Court) {
  for (let call = 0; call < 4; call++) await d.court.draw(d.arbitrable, ID)
  const owners = (await panel(d)).map((juror) => juror.owner.address)
  expect(owners.toSorted()).to.deep.equal([owner(d, 0).address, owner(d, 1).address].toSorted())
}

async function expectPair(d: Court) {
  await aim(d)
  await expectPairSeated(d)
}

describe('Arbitration: who is drawn', () => {
  it('not the parties', async () => {
    const d = await loadFixture(pair)
    await addJuror(d, d.plaintiff)
    await addJuror(d, d.defendant)
    await untilDraw(d)
    await expectPair(d)
  })

  it('not the owners of agents that the parties speak for', async () => {
    const d = await loadFixture(pair)
    for (const [party, index] of [
      [d.plaintiff, 3],
      [d.defendant, 4],
    ] as const) {
      await bind(d, owner(d, index), await register(d, owner(d, index)), party)
      await addJuror(d, owner(d, index))
    }
    await untilDraw(d)
    await expectPair(d)
  })

  it('not who stands behind the parties by the arbitrable’s word', async () => {
    const d = await loadFixture(pair)
    for (const index of [3, 4]) await addJuror(d, owner(d, index))
    await bring(d, ID, AMOUNT, { plaintiffOwner: owner(d, 3), defendantOwner: owner(d, 4) })
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    await expectPair(d)
  })

  for (const side of ['plaintiff', 'defendant'] as const) {
    it(`not owners whose key was the ${side}’s when the case began, and is no longer`, async () => {
      const d = await loadFixture(pair)
      const agentId = await register(d, owner(d, 3))
      await bind(d, owner(d, 3), agentId, d[side])
      await addJuror(d, owner(d, 3))
      await bring(d)
      await d.registry.connect(owner(d, 3)).unsetAgentWallet(agentId)
      await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
      await passStage(d)
      await expectPair(d)
    })
  }

  it('not owners whose key has become a party’s', async () => {
    const d = await loadFixture(pair)
    const agentId = await addJuror(d, owner(d, 3))
    await untilDraw(d)
    await bind(d, owner(d, 3), agentId, d.plaintiff)
    await expectPair(d)
  })

  it('not who put up a bond, nor the owner of whose agent that is', async () => {
    const d = await loadFixture(pair)
    await addJuror(d, d.matcher)
    await bind(d, owner(d, 3), await addJuror(d, owner(d, 3)), d.matcher)
    await untilDraw(d, d.matcher)
    await expectPair(d)
  })

  it('not who put up a bond for the appeal', async () => {
    const d = await loadFixture(three)
    await untilDraw(d)
    await drawPanel(d)
    await vote(d, [5000n, 5000n, 5000n])
    for (const index of [3, 4, 5, 6, 7]) await addJuror(d, owner(d, index))
    await d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)
    await prefund(d, owner(d, 7), RICH)
    await d.court.connect(owner(d, 7)).matchBond(d.arbitrable, ID)
    await aim(d)
    for (let call = 0; call < 5; call++) await d.court.draw(d.arbitrable, ID)
    const ids = (await panel(d)).map(({ agentId }) => agentId)
    expect(ids.toSorted()).to.deep.equal([4n, 5n, 6n, 7n])
  })

  it('not the owner of an agent that speaks by the key of who appealed', async () => {
    const d = await loadFixture(three)
    await bring(d, ID, AMOUNT, { plaintiffOwner: d.matcher })
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    await drawPanel(d)
    await vote(d, [5000n, 5000n, 5000n])
    for (const index of [3, 4, 5, 6, 7]) await addJuror(d, owner(d, index))
    await bind(d, owner(d, 7), 8n, d.matcher)
    await d.court.connect(d.matcher).appeal(d.arbitrable, ID)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await aim(d)
    for (let call = 0; call < 5; call++) await d.court.draw(d.arbitrable, ID)
    const ids = (await panel(d)).map(({ agentId }) => agentId)
    expect(ids.toSorted()).to.deep.equal([4n, 5n, 6n, 7n])
  })

  it('no owner twice, however many agents it offers', async () => {
    const d = await loadFixture(pair)
    for (let agents = 0; agents < 4; agents++) await addJuror(d, owner(d, 0))
    await untilDraw(d)
    await expectPair(d)
  })

  it('no agent that was transferred: its stake stayed with the former owner', async () => {
    const d = await loadFixture(pair)
    const agentId = await addJuror(d, owner(d, 3))
    await d.registry.connect(owner(d, 3)).transferFrom(owner(d, 3), owner(d, 4), agentId)
    await untilDraw(d)
    await expectPair(d)
  })

  it('nobody whose stake is not free: queued, or locked by another case', async () => {
    const d = await loadFixture(pair)
    await d.vault.connect(owner(d, 3)).requestUnstake(await addJuror(d, owner(d, 3)), d.court, 1n)
    await untilDraw(d)
    await expectPair(d)

    await prefund(d, d.plaintiff, RICH)
    const other = ethers.id('another case')
    await bring(d, other)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, other)
    await passStage(d, other)
    await aim(d, other)
    await d.court.draw(d.arbitrable, other)
    expect((await caseOf(d, other)).state.seated).to.equal(0n)
  })

  it('who has stake for two seats may have two, in two cases', async () => {
    const d = await loadFixture(three)
    for (const index of [0, 1, 2]) await stakeFor(d, owner(d, index), BigInt(index + 1), JUROR_BOND)
    await untilDraw(d)
    await drawPanel(d)
    const other = ethers.id('another case')
    await bring(d, other)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, other)
    await passStage(d, other)
    await drawPanel(d, other)
    expect((await d.vault.positionOf(1n, owner(d, 0), d.court)).locked).to.equal(2n * JUROR_BOND)
  })

  it('nobody who was enlisted when the lot was known, be it in a place that became vacant', async () => {
    const d = await loadFixture(pair)
    const leaving = await addJuror(d, owner(d, 3))
    const gone = await addJuror(d, owner(d, 4))
    await untilDraw(d)
    await aim(d)
    await d.court.connect(owner(d, 3)).delist(leaving)
    await d.court.connect(owner(d, 4)).delist(gone)
    for (const index of [5, 6, 7]) await addJuror(d, owner(d, index))
    expect(await d.court.jurorPlaces()).to.equal(5n)
    await expectPairSeated(d)
  })

  it('nobody who enlists in the very block that draws', async () => {
    const d = await loadFixture(pair)
    const leaving = await addJuror(d, owner(d, 3))
    const late = await register(d, owner(d, 4))
    await stakeFor(d, owner(d, 4), late)
    await untilDraw(d)
    await d.court.draw(d.arbitrable, ID)
    const { target } = (await caseOf(d)).state
    await d.court.connect(owner(d, 3)).delist(leaving)
    await networkHelpers.mineUpTo(target - 1n)
    await d.court.connect(owner(d, 4)).enlist(late)
    expect((await d.court.jurorAt(2n)).since).to.equal(target)
    await expectPairSeated(d)
  })

  it('the same jurors whatever others do to the list once the lot is known', async () => {
    const d = await loadFixture(three)
    for (const index of [3, 4, 5, 6]) await addJuror(d, owner(d, index))
    await untilDraw(d)
    await aim(d)
    const snapshot = await networkHelpers.takeSnapshot()
    await d.court.draw(d.arbitrable, ID)
    const quiet = (await panel(d)).map(({ agentId }) => agentId)

    await snapshot.restore()
    for (const index of [7, 8, 9]) await addJuror(d, owner(d, index))
    const [kept] = [1n, 2n, 3n, 4n, 5n, 6n, 7n].filter((agentId) => !quiet.includes(agentId))
    if (kept === undefined) throw new Error('everybody was drawn')
    await d.court.connect(owner(d, Number(kept) - 1)).delist(kept)
    await d.court.draw(d.arbitrable, ID)
    expect((await panel(d)).map(({ agentId }) => agentId)).to.deep.equal(quiet)
  })
})
