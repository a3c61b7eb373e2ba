import { another, DAY, directed, ESCROW, expect, loadFixture, outsiders, Status, time } from './fixture.ts'

const NOTICE = 30 * DAY

async function superseded() {
  const d = await directed()
  await d.asGovernance.registerContract(ESCROW, await another())
  return d
}

const statusOf = async (d: Awaited<ReturnType<typeof superseded>>) =>
  (await d.directory.identify(d.addresses.escrow)).status

describe('MeshDirectory: setContractSunset', () => {
  it('ends a deprecated version to the second, with notice', async () => {
    const d = await loadFixture(superseded)
    const now = await time.latest()
    await time.setNextBlockTimestamp(now + 1)
    const sunset = now + 1 + NOTICE
    await expect(d.asGovernance.setContractSunset(ESCROW, 1, sunset))
      .to.emit(d.directory, 'ContractSunset')
      .withArgs(ESCROW, 1n, sunset)
    expect((await d.directory.contractVersion(ESCROW, 1)).sunset).to.equal(sunset)
    await time.increaseTo(sunset - 1)
    expect(await statusOf(d)).to.equal(Status.Deprecated)
    await time.increaseTo(sunset)
    expect(await statusOf(d)).to.equal(Status.Sunset)
    expect((await d.directory.contractVersion(ESCROW, 1)).location).to.equal(d.addresses.escrow)
  })

  it('refuses less notice, also when an earlier date is moved', async () => {
    const d = await loadFixture(superseded)
    await d.asGovernance.setContractSunset(ESCROW, 1, (await time.latest()) + 2 * NOTICE)
    const now = await time.latest()
    await time.setNextBlockTimestamp(now + 1)
    await expect(d.asGovernance.setContractSunset(ESCROW, 1, now + NOTICE))
      .to.be.revertedWithCustomError(d.directory, 'SunsetTooSoon')
      .withArgs(now + NOTICE, now + 1 + NOTICE)
    await expect(d.asGovernance.setContractSunset(ESCROW, 1, 0)).to.be.revertedWithCustomError(
      d.directory,
      'SunsetTooSoon',
    )
  })

  it('moves a date that has not come, and none that has', async () => {
    const d = await loadFixture(superseded)
    const first = (await time.latest()) + 2 * NOTICE
    await d.asGovernance.setContractSunset(ESCROW, 1, first)
    await d.asGovernance.setContractSunset(ESCROW, 1, first + DAY)
    await time.setNextBlockTimestamp(first + DAY)
    await expect(d.asGovernance.setContractSunset(ESCROW, 1, first + 10 * NOTICE))
      .to.be.revertedWithCustomError(d.directory, 'SunsetPassed')
      .withArgs(first + DAY, first + DAY)
  })

  it('never ends the current version, which would close the network', async () => {
    const d = await loadFixture(superseded)
    await expect(d.asGovernance.setContractSunset(ESCROW, 2, (await time.latest()) + 2 * NOTICE))
      .to.be.revertedWithCustomError(d.directory, 'CurrentVersion')
      .withArgs(ESCROW, 2n)
  })

  it('knows no version that was never registered', async () => {
    const d = await loadFixture(superseded)
    for (const number of [0, 3]) {
      await expect(d.asGovernance.setContractSunset(ESCROW, number, (await time.latest()) + 2 * NOTICE))
        .to.be.revertedWithCustomError(d.directory, 'UnknownVersion')
        .withArgs(ESCROW, number)
    }
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(superseded)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).setContractSunset(ESCROW, 1, 2n ** 40n))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})
