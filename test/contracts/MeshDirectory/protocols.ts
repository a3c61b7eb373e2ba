import { DAY, directed, ethers, expect, loadFixture, name, outsiders, Status, time } from './fixture.ts'

const NEGOTIATION = name('negotiation')
const NOTICE = 30 * DAY

describe('MeshDirectory: registerProtocol, setProtocolSunset', () => {
  it('makes the next major version current', async () => {
    const d = await loadFixture(directed)
    await expect(d.asGovernance.registerProtocol(NEGOTIATION))
      .to.emit(d.directory, 'ProtocolRegistered')
      .withArgs(NEGOTIATION, 2n)
    expect(await d.directory.protocolVersionCount(NEGOTIATION)).to.equal(2n)
    expect(await d.directory.protocolStatus(NEGOTIATION, 1)).to.equal(Status.Deprecated)
    expect(await d.directory.protocolStatus(NEGOTIATION, 2)).to.equal(Status.Current)
    expect(await d.directory.protocolStatus(NEGOTIATION, 3)).to.equal(Status.None)
    expect(await d.directory.protocolStatus(NEGOTIATION, 0)).to.equal(Status.None)
    expect([...(await d.directory.protocolVersion(NEGOTIATION, 2))]).to.deep.equal([
      ethers.ZeroAddress,
      BigInt(await time.latest()),
      0n,
    ])
  })

  it('begins the history of a new name', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.registerProtocol(name('intents'))
    expect(await d.directory.protocolNameCount()).to.equal(2n)
    expect(await d.directory.protocolNameAt(1)).to.equal(name('intents'))
    await expect(d.asGovernance.registerProtocol(ethers.ZeroHash)).to.be.revertedWithCustomError(
      d.directory,
      'EmptyName',
    )
  })

  it('keeps protocols and contracts of one name apart', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.registerContract(NEGOTIATION, d.ledger)
    await d.asGovernance.registerProtocol(NEGOTIATION)
    expect(await d.directory.contractVersionCount(NEGOTIATION)).to.equal(1n)
    expect(await d.directory.protocolVersionCount(NEGOTIATION)).to.equal(2n)
  })

  it('ends a deprecated version, with notice, and never the current one', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.registerProtocol(NEGOTIATION)
    const sunset = (await time.latest()) + NOTICE + 60
    await expect(d.asGovernance.setProtocolSunset(NEGOTIATION, 1, sunset))
      .to.emit(d.directory, 'ProtocolSunset')
      .withArgs(NEGOTIATION, 1n, sunset)
    await time.increaseTo(sunset)
    expect(await d.directory.protocolStatus(NEGOTIATION, 1)).to.equal(Status.Sunset)
    await expect(
      d.asGovernance.setProtocolSunset(NEGOTIATION, 1, sunset + NOTICE * 2),
    ).to.be.revertedWithCustomError(d.directory, 'SunsetPassed')
    await expect(d.asGovernance.setProtocolSunset(NEGOTIATION, 2, sunset + NOTICE * 2))
      .to.be.revertedWithCustomError(d.directory, 'CurrentVersion')
      .withArgs(NEGOTIATION, 2n)
  })

  it('refuses short notice and versions that are not there', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.registerProtocol(NEGOTIATION)
    const now = await time.latest()
    await expect(
      d.asGovernance.setProtocolSunset(NEGOTIATION, 1, now + NOTICE),
    ).to.be.revertedWithCustomError(d.directory, 'SunsetTooSoon')
    await expect(d.asGovernance.setProtocolSunset(NEGOTIATION, 3, now + 2 * NOTICE))
      .to.be.revertedWithCustomError(d.directory, 'UnknownVersion')
      .withArgs(NEGOTIATION, 3n)
    await expect(d.directory.protocolVersion(NEGOTIATION, 3))
      .to.be.revertedWithCustomError(d.directory, 'UnknownVersion')
      .withArgs(NEGOTIATION, 3n)
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      const directory = d.directory.connect(outsider)
      for (const call of [
        () => directory.registerProtocol(NEGOTIATION),
        () => directory.setProtocolSunset(NEGOTIATION, 1, 2n ** 40n),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(d.directory, 'NotGovernance').withArgs(outsider)
      }
    }
  })
})
