import { ethers, expect, loadFixture } from '../base.ts'
import { shapes } from '../erc8004.ts'
import { rated } from './fixture.ts'

/** Functions and events of the public reference contract, less its proxy machinery. */
const reference = ethers.Interface.from([
  'function appendResponse(uint256 agentId, address clientAddress, uint64 feedbackIndex, string responseURI, bytes32 responseHash)',
  'function getClients(uint256 agentId) view returns (address[])',
  'function getIdentityRegistry() view returns (address)',
  'function getLastIndex(uint256 agentId, address clientAddress) view returns (uint64)',
  'function getResponseCount(uint256 agentId, address clientAddress, uint64 feedbackIndex, address[] responders) view returns (uint64 count)',
  'function getSummary(uint256 agentId, address[] clientAddresses, string tag1, string tag2) view returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals)',
  'function getVersion() pure returns (string)',
  'function giveFeedback(uint256 agentId, int128 value, uint8 valueDecimals, string tag1, string tag2, string endpoint, string feedbackURI, bytes32 feedbackHash)',
  'function readAllFeedback(uint256 agentId, address[] clientAddresses, string tag1, string tag2, bool includeRevoked) view returns (address[] clients, uint64[] feedbackIndexes, int128[] values, uint8[] valueDecimals, string[] tag1s, string[] tag2s, bool[] revokedStatuses)',
  'function readFeedback(uint256 agentId, address clientAddress, uint64 feedbackIndex) view returns (int128 value, uint8 valueDecimals, string tag1, string tag2, bool isRevoked)',
  'function revokeFeedback(uint256 agentId, uint64 feedbackIndex)',
  'event FeedbackRevoked(uint256 indexed agentId, address indexed clientAddress, uint64 indexed feedbackIndex)',
  'event NewFeedback(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, int128 value, uint8 valueDecimals, string indexed indexedTag1, string tag1, string tag2, string endpoint, string feedbackURI, bytes32 feedbackHash)',
  'event ResponseAppended(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, address indexed responder, string responseURI, bytes32 responseHash)',
])

const nameOf = (shape: string) => shape.slice(0, shape.indexOf('('))

describe('ReputationRegistry: ERC-8004', () => {
  it('has every function and event of the reference', async () => {
    const { reputation } = await loadFixture(rated)
    for (const type of ['function', 'event']) {
      expect(shapes(reputation.interface, type)).to.include.members(shapes(reference, type))
    }
  })

  it('adds the score, what it is made of, and nothing else', async () => {
    const { reputation } = await loadFixture(rated)
    const known = new Set([...shapes(reference, 'function'), ...shapes(reference, 'event')])
    const added = (type: string) =>
      shapes(reputation.interface, type)
        .filter((shape) => !known.has(shape))
        .map(nameOf)
        .sort()
    expect(added('function')).to.deep.equal([
      'PRIOR_RATING',
      'escrow',
      'giveSettledFeedback',
      'isRated',
      'ownerCap',
      'priorWeight',
      'scoreOf',
      'settlementOf',
      'unitOf',
    ])
    expect(added('event')).to.deep.equal(['FeedbackSettled'])
  })

  it('is version 2.0.0', async () => {
    const { reputation } = await loadFixture(rated)
    expect(await reputation.getVersion()).to.equal('2.0.0')
  })
})
