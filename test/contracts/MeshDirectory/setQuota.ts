import { directed, ethers, expect, loadFixture, name, outsiders } from './fixture.ts'

const TOPIC = name('intents/energy')

describe('MeshDirectory: setQuota', () => {
  it('sets a topic’s own; others keep the default', async () => {
    const d = await loadFixture(directed)
    await expect(d.asGovernance.setQuota(TOPIC, { perMinute: 120, burst: 8 }))
      .to.emit(d.directory, 'QuotaSet')
      .withArgs(TOPIC, 120n, 8n)
    await d.asGovernance.setQuota(ethers.ZeroHash, { perMinute: 90, burst: 9 })
    expect([...(await d.directory.quotaOf(TOPIC))]).to.deep.equal([120n, 8n])
    expect([...(await d.directory.quotaOf(name('capabilities')))]).to.deep.equal([90n, 9n])
  })

  const bounds = [
    { member: 'perMinute', min: 6, max: 60_000 },
    { member: 'burst', min: 4, max: 60_000 },
  ]
  for (const { member, min, max } of bounds) {
    it(`keeps ${member} from ${min} to ${max}: zero would be a pause`, async () => {
      const d = await loadFixture(directed)
      const set = (value: number) => d.asGovernance.setQuota(TOPIC, { ...d.first.quota, [member]: value })
      await set(min)
      await set(max)
      for (const value of [0, min - 1, max + 1]) {
        await expect(set(value))
          .to.be.revertedWithCustomError(d.directory, 'OutOfBounds')
          .withArgs(name(member), value, min, max)
      }
    })
  }

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).setQuota(TOPIC, d.first.quota))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})
