import { ethers, expect, loadFixture } from '../base.ts'
import { shapes } from '../erc8004.ts'
import { validated } from './fixture.ts'

/** Functions and events of the public reference contract, less its proxy machinery. */
const reference = ethers.Interface.from([
  'function getAgentValidations(uint256 agentId) view returns (bytes32[])',
  'function getIdentityRegistry() view returns (address)',
  'function getSummary(uint256 agentId, address[] validatorAddresses, string tag) view returns (uint64 count, uint8 avgResponse)',
  'function getValidationStatus(bytes32 requestHash) view returns (address validatorAddress, uint256 agentId, uint8 response, bytes32 responseHash, string tag, uint256 lastUpdate)',
  'function getValidatorRequests(address validatorAddress) view returns (bytes32[])',
  'function getVersion() pure returns (string)',
  'function validationRequest(address validatorAddress, uint256 agentId, string requestURI, bytes32 requestHash)',
  'function validationResponse(bytes32 requestHash, uint8 response, string responseURI, bytes32 responseHash, string tag)',
  'event ValidationRequest(address indexed validatorAddress, uint256 indexed agentId, string requestURI, bytes32 indexed requestHash)',
  'event ValidationResponse(address indexed validatorAddress, uint256 indexed agentId, bytes32 indexed requestHash, uint8 response, string responseURI, bytes32 responseHash, string tag)',
])

describe('ValidationRegistry: ERC-8004', () => {
  it('has the functions and events of the reference, and no others', async () => {
    const d = await loadFixture(validated)
    for (const type of ['function', 'event']) {
      expect(shapes(d.validation.interface, type)).to.have.members(shapes(reference, type))
    }
  })

  it('is version 2.0.0, over the identity registry', async () => {
    const d = await loadFixture(validated)
    expect(await d.validation.getVersion()).to.equal('2.0.0')
    expect(await d.validation.getIdentityRegistry()).to.equal(d.addresses.registry)
  })
})
