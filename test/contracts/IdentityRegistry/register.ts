import { deploy, ethers, expect, loadFixture, register } from '../base.ts'

const URI = 'https://example.org/agent.json'
const withMetadata = 'register(string,(string,bytes)[])'

describe('IdentityRegistry: register', () => {
  it('gives ids from 1, each to its caller', async () => {
    const d = await loadFixture(deploy)
    expect(await register(d, d.owner)).to.equal(1n)
    expect(await register(d, d.stranger)).to.equal(2n)
    expect(await d.registry.ownerOf(1n)).to.equal(d.owner.address)
    expect(await d.registry.ownerOf(2n)).to.equal(d.stranger.address)
  })

  it('makes the caller the default wallet, which is no binding', async () => {
    const d = await loadFixture(deploy)
    await expect(d.registry.connect(d.owner)['register()']())
      .to.emit(d.registry, 'MetadataSet')
      .withArgs(1n, 'agentWallet', 'agentWallet', d.owner.address.toLowerCase())
    expect(await d.registry.getAgentWallet(1n)).to.equal(d.owner.address)
    expect(await d.registry.getMetadata(1n, 'agentWallet')).to.equal(d.owner.address.toLowerCase())
    expect(await d.registry.agentIdOf(d.owner)).to.equal(0n)
  })

  it('stores where the registration file is', async () => {
    const d = await loadFixture(deploy)
    await expect(d.registry.connect(d.owner)['register(string)'](URI))
      .to.emit(d.registry, 'Registered')
      .withArgs(1n, URI, d.owner)
    expect(await d.registry.tokenURI(1n)).to.equal(URI)
  })

  it('stores metadata', async () => {
    const d = await loadFixture(deploy)
    const entries = [
      { metadataKey: 'name', metadataValue: '0x01' },
      { metadataKey: 'area', metadataValue: '0x' },
    ]
    await expect(d.registry.connect(d.owner)[withMetadata](URI, entries))
      .to.emit(d.registry, 'MetadataSet')
      .withArgs(1n, 'name', 'name', '0x01')
    expect(await d.registry.getMetadata(1n, 'name')).to.equal('0x01')
  })

  it('refuses to smuggle in a wallet as metadata', async () => {
    const d = await loadFixture(deploy)
    const entries = [{ metadataKey: 'agentWallet', metadataValue: d.stranger.address }]
    await expect(d.registry[withMetadata](URI, entries)).to.be.revertedWithCustomError(
      d.registry,
      'ReservedKey',
    )
  })

  it('refuses a contract that cannot receive tokens', async () => {
    const d = await loadFixture(deploy)
    await ethers.provider.send('hardhat_impersonateAccount', [d.addresses.token])
    await ethers.provider.send('hardhat_setBalance', [d.addresses.token, '0xde0b6b3a7640000'])
    const contract = await ethers.getSigner(d.addresses.token)
    await expect(d.registry.connect(contract)['register()']())
      .to.be.revertedWithCustomError(d.registry, 'ERC721InvalidReceiver')
      .withArgs(d.addresses.token)
  })

  it('leaves a true record when the receiver passes the token on at once', async () => {
    const d = await loadFixture(deploy)
    const wallet = await ethers.deployContract('ContractWallet', [d.owner])
    await wallet.setHeir(d.stranger)
    const data = d.registry.interface.encodeFunctionData('register(string)', [URI])
    await wallet.connect(d.owner).execute(d.registry, data)
    expect(await d.registry.ownerOf(1n)).to.equal(d.stranger.address)
    expect(await d.registry.getAgentWallet(1n)).to.equal(ethers.ZeroAddress)
    expect(await d.registry.tokenURI(1n)).to.equal(URI)
    const logs = await d.registry.queryFilter(d.registry.filters.MetadataSet)
    expect(logs.at(-1)?.args.metadataValue).to.equal('0x')
  })
})
