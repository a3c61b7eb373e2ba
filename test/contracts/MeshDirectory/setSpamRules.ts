import { DAY, directed, expect, loadFixture, name, outsiders } from './fixture.ts'

describe('MeshDirectory: setSpamRules', () => {
  it('sets them all', async () => {
    const d = await loadFixture(directed)
    const rules = { ...d.first.spamRules, muteDuration: 60, maxLiveOffers: 5 }
    await expect(d.asGovernance.setSpamRules(rules))
      .to.emit(d.directory, 'SpamRulesSet')
      .withArgs(Object.values(rules))
    expect([...(await d.directory.spamRules())]).to.deep.equal(Object.values(rules).map(BigInt))
  })

  const bounds = [
    { member: 'maxMessageBytes', min: 4096, max: 1_048_576 },
    { member: 'maxIntentLife', min: 300, max: 30 * DAY },
    { member: 'maxLiveIntents', min: 4, max: 10_000 },
    { member: 'maxLiveOffers', min: 4, max: 10_000 },
    { member: 'invalidTolerance', min: 4, max: 10_000 },
    { member: 'muteDuration', min: 10, max: DAY },
  ]
  for (const { member, min, max } of bounds) {
    it(`keeps ${member} from ${min} to ${max}`, async () => {
      const d = await loadFixture(directed)
      const set = (value: number) => d.asGovernance.setSpamRules({ ...d.first.spamRules, [member]: value })
      await set(min)
      await set(max)
      for (const value of [min - 1, max + 1]) {
        await expect(set(value))
          .to.be.revertedWithCustomError(d.directory, 'OutOfBounds')
          .withArgs(name(member), value, min, max)
      }
    })
  }

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).setSpamRules(d.first.spamRules))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})
