import { deploy, ethers, expect, loadFixture, register } from '../base.ts'

/** Functions and events of the public reference contracts, less their proxy machinery. */
const reference = ethers.Interface.from([
  'function approve(address to, uint256 tokenId)',
  'function balanceOf(address owner) view returns (uint256)',
  'function eip712Domain() view returns (bytes1, string, string, uint256, address, bytes32, uint256[])',
  'function getAgentWallet(uint256 agentId) view returns (address)',
  'function getApproved(uint256 tokenId) view returns (address)',
  'function getMetadata(uint256 agentId, string metadataKey) view returns (bytes)',
  'function getVersion() pure returns (string)',
  'function isApprovedForAll(address owner, address operator) view returns (bool)',
  'function isAuthorizedOrOwner(address spender, uint256 agentId) view returns (bool)',
  'function name() view returns (string)',
  'function ownerOf(uint256 tokenId) view returns (address)',
  'function register() returns (uint256)',
  'function register(string agentURI) returns (uint256)',
  'function register(string agentURI, tuple(string metadataKey, bytes metadataValue)[] metadata) returns (uint256)',
  'function safeTransferFrom(address from, address to, uint256 tokenId)',
  'function safeTransferFrom(address from, address to, uint256 tokenId, bytes data)',
  'function setAgentURI(uint256 agentId, string newURI)',
  'function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes signature)',
  'function setApprovalForAll(address operator, bool approved)',
  'function setMetadata(uint256 agentId, string metadataKey, bytes metadataValue)',
  'function supportsInterface(bytes4 interfaceId) view returns (bool)',
  'function symbol() view returns (string)',
  'function tokenURI(uint256 tokenId) view returns (string)',
  'function transferFrom(address from, address to, uint256 tokenId)',
  'function unsetAgentWallet(uint256 agentId)',
  'event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId)',
  'event ApprovalForAll(address indexed owner, address indexed operator, bool approved)',
  'event BatchMetadataUpdate(uint256 _fromTokenId, uint256 _toTokenId)',
  'event EIP712DomainChanged()',
  'event MetadataSet(uint256 indexed agentId, string indexed indexedMetadataKey, string metadataKey, bytes metadataValue)',
  'event MetadataUpdate(uint256 _tokenId)',
  'event Registered(uint256 indexed agentId, string agentURI, address indexed owner)',
  'event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)',
  'event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy)',
])

const shapes = (abi: InstanceType<typeof ethers.Interface>, type: string) =>
  abi.fragments
    .filter((fragment) => fragment.type === type)
    .map((fragment) => shapeOf(JSON.parse(fragment.format('json'))))

/** What a caller depends on: name, mutability, types of inputs and outputs, which event fields are indexed. */
function shapeOf(fragment: {
  name: string
  stateMutability?: string
  inputs: { type: string; indexed?: boolean }[]
  outputs?: { type: string }[]
}): string {
  const list = (params: { type: string; indexed?: boolean }[] = []) =>
    params.map(({ type, indexed }) => type + (indexed ? ' indexed' : '')).join()
  return `${fragment.name}(${list(fragment.inputs)}) ${fragment.stateMutability ?? ''} (${list(fragment.outputs)})`
}

describe('IdentityRegistry: ERC-8004', () => {
  it('has every function and event of the reference', async () => {
    const d = await loadFixture(deploy)
    for (const type of ['function', 'event']) {
      expect(shapes(d.registry.interface, type)).to.include.members(shapes(reference, type))
    }
  })

  it('adds the look-ups of bindings and nothing else', async () => {
    const d = await loadFixture(deploy)
    const known = new Set(shapes(reference, 'function'))
    const added = shapes(d.registry.interface, 'function').filter((shape) => !known.has(shape))
    expect(added).to.have.members([
      'agentIdOf(address) view (uint256)',
      'bindingOf(address) view (uint64,uint32,address)',
      'keyEpochOf(uint256) view (uint32)',
    ])
  })

  it('is the token AgentIdentity, AGENT, in the domain that wallets sign for', async () => {
    const { registry, addresses } = await loadFixture(deploy)
    expect(await registry.name()).to.equal('AgentIdentity')
    expect(await registry.symbol()).to.equal('AGENT')
    expect(await registry.getVersion()).to.equal('2.0.0')
    expect([...(await registry.eip712Domain())].slice(0, 5)).to.deep.equal([
      '0x0f',
      'ERC8004IdentityRegistry',
      '1',
      31337n,
      addresses.registry,
    ])
  })

  it('supports ERC-165, ERC-721 with metadata and ERC-4906', async () => {
    const { registry } = await loadFixture(deploy)
    for (const id of ['0x01ffc9a7', '0x80ac58cd', '0x5b5e139f', '0x49064906']) {
      expect(await registry.supportsInterface(id)).to.equal(true)
    }
    expect(await registry.supportsInterface('0xffffffff')).to.equal(false)
  })

  it('says who may act for an agent', async () => {
    const d = await loadFixture(deploy)
    const agentId = await register(d, d.owner)
    const may = (account: typeof d.owner) => d.registry.isAuthorizedOrOwner(account, agentId)
    expect([await may(d.owner), await may(d.stranger), await may(d.seller)]).to.deep.equal([
      true,
      false,
      false,
    ])
    await d.registry.connect(d.owner).approve(d.stranger, agentId)
    await d.registry.connect(d.owner).setApprovalForAll(d.seller, true)
    expect([await may(d.owner), await may(d.stranger), await may(d.seller)]).to.deep.equal([true, true, true])
    await expect(d.registry.isAuthorizedOrOwner(d.owner, 99n)).to.be.revertedWithCustomError(
      d.registry,
      'ERC721NonexistentToken',
    )
  })
})
