import { ethers, expect, loadFixture } from '../base.ts'
import { appealed, bring, court, drawable, ID, judged, matched, passStage, Stage, seated } from './fixture.ts'

const HASH = ethers.id('a meter reading')
const URI = 'ipfs://evidence'

describe('Arbitration: submitEvidence', () => {
  for (const [stage, fixture] of [
    ['while the defendant has not answered', court],
    ['while evidence is taken', matched],
    ['while a verdict can be appealed', judged],
    ['while an appeal waits for its bond', appealed],
  ] as const) {
    it(`is heard ${stage}`, async () => {
      const d = await loadFixture(fixture)
      if (fixture === court) await bring(d)
      for (const party of [d.plaintiff, d.defendant]) {
        await expect(d.court.connect(party).submitEvidence(d.arbitrable, ID, HASH, URI))
          .to.emit(d.court, 'EvidenceSubmitted')
          .withArgs(d.arbitrable, ID, party, HASH, URI)
      }
    })
  }

  it('may come from anybody, whose name stands by it', async () => {
    const d = await loadFixture(matched)
    await expect(d.court.connect(d.stranger).submitEvidence(d.arbitrable, ID, HASH, URI))
      .to.emit(d.court, 'EvidenceSubmitted')
      .withArgs(d.arbitrable, ID, d.stranger, HASH, URI)
  })

  it('is about cases that there are', async () => {
    const d = await loadFixture(court)
    await expect(d.court.connect(d.plaintiff).submitEvidence(d.arbitrable, ID, HASH, URI))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.None)
  })

  it('has a longest URI', async () => {
    const d = await loadFixture(matched)
    const most = Number(await d.court.MAX_URI_LENGTH())
    await d.court.connect(d.plaintiff).submitEvidence(d.arbitrable, ID, HASH, 'x'.repeat(most))
    await expect(d.court.connect(d.plaintiff).submitEvidence(d.arbitrable, ID, HASH, 'x'.repeat(most + 1)))
      .to.be.revertedWithCustomError(d.court, 'URITooLong')
      .withArgs(most + 1, most)
  })

  for (const [when, fixture, stage] of [
    ['a panel is being drawn', drawable, Stage.Draw],
    ['a panel sits', seated, Stage.Commit],
  ] as const) {
    it(`is closed while ${when}: a panel is chosen when all is on the table`, async () => {
      const d = await loadFixture(fixture)
      await expect(d.court.connect(d.plaintiff).submitEvidence(d.arbitrable, ID, HASH, URI))
        .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
        .withArgs(d.arbitrable, ID, stage)
    })
  }

  it('is closed when the case is over', async () => {
    const d = await loadFixture(judged)
    await passStage(d)
    await expect(d.court.connect(d.plaintiff).submitEvidence(d.arbitrable, ID, HASH, URI))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Ruled)
  })
})
