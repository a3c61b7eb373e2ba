import {
  another,
  directed,
  ESCROW,
  ethers,
  expect,
  loadFixture,
  name,
  outsiders,
  Status,
  time,
} from './fixture.ts'

describe('MeshDirectory: registerContract', () => {
  it('offers another version; the one before stays where it was', async () => {
    const d = await loadFixture(directed)
    const before = await d.directory.contractVersion(ESCROW, 1)
    const next = await another()
    await expect(d.asGovernance.registerContract(ESCROW, next))
      .to.emit(d.directory, 'ContractRegistered')
      .withArgs(ESCROW, 2n, next)
    expect([...(await d.directory.currentContract(ESCROW))]).to.deep.equal([await next.getAddress(), 2n])
    expect(await d.directory.contractVersionCount(ESCROW)).to.equal(2n)
    expect([...(await d.directory.contractVersion(ESCROW, 1))]).to.deep.equal([...before])
    expect([...(await d.directory.contractVersion(ESCROW, 2))]).to.deep.equal([
      await next.getAddress(),
      BigInt(await time.latest()),
      0n,
    ])
  })

  it('begins the history of a new name', async () => {
    const d = await loadFixture(directed)
    const ledger = name('Ledger')
    expect([...(await d.directory.currentContract(ledger))]).to.deep.equal([ethers.ZeroAddress, 0n])
    await d.asGovernance.registerContract(ledger, d.ledger)
    expect([...(await d.directory.currentContract(ledger))]).to.deep.equal([d.addresses.ledger, 1n])
    await d.asGovernance.registerContract(ledger, await another())
    expect(await d.directory.contractNameCount()).to.equal(2n)
    expect(await d.directory.contractNameAt(0)).to.equal(ESCROW)
    expect(await d.directory.contractNameAt(1)).to.equal(ledger)
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).registerContract(ESCROW, d.ledger))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })

  it('refuses an empty name, an account without code, and a contract a second time', async () => {
    const d = await loadFixture(directed)
    await expect(d.asGovernance.registerContract(ethers.ZeroHash, d.ledger)).to.be.revertedWithCustomError(
      d.directory,
      'EmptyName',
    )
    await expect(d.asGovernance.registerContract(ESCROW, d.stranger))
      .to.be.revertedWithCustomError(d.directory, 'NotAContract')
      .withArgs(d.stranger)
    for (const under of [ESCROW, name('Ledger')]) {
      await expect(d.asGovernance.registerContract(under, d.addresses.escrow))
        .to.be.revertedWithCustomError(d.directory, 'AlreadyRegistered')
        .withArgs(d.addresses.escrow)
    }
  })

  it('says what a contract is', async () => {
    const d = await loadFixture(directed)
    const next = await another()
    const identify = async (location: string) => [...(await d.directory.identify(location))]
    expect(await identify(d.addresses.escrow)).to.deep.equal([ESCROW, 1n, Status.Current])
    expect(await identify(await next.getAddress())).to.deep.equal([ethers.ZeroHash, 0n, Status.None])
    await d.asGovernance.registerContract(ESCROW, next)
    expect(await identify(d.addresses.escrow)).to.deep.equal([ESCROW, 1n, Status.Deprecated])
    expect(await identify(await next.getAddress())).to.deep.equal([ESCROW, 2n, Status.Current])
  })

  it('knows no version that was never registered', async () => {
    const d = await loadFixture(directed)
    for (const [of, number] of [
      [ESCROW, 0],
      [ESCROW, 2],
      [name('Ledger'), 1],
    ] as const) {
      await expect(d.directory.contractVersion(of, number))
        .to.be.revertedWithCustomError(d.directory, 'UnknownVersion')
        .withArgs(of, number)
    }
  })
})
