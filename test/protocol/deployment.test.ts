import { expect } from 'chai'
import { getAddress } from 'viem'
import { escrowDomain, meshDomain, parseDeployment } from '../../protocol/deployment.ts'
import { domainSeparator } from '../../protocol/eip712.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { failure } from './support/failure.ts'

const address = (digit: string) => getAddress(`0x${`a${digit}`.repeat(20)}`)

const deployment = {
  chainId: 31337,
  genesisHash: `0x${'ab'.repeat(32)}`,
  salt: `0x${'cd'.repeat(32)}`,
  fromBlock: 7,
  contracts: {
    identityRegistry: address('1'),
    treasury: address('3'),
    intentEscrow: address('4'),
    testDollar: address('5'),
    reputationRegistry: address('6'),
    meshDirectory: address('7'),
  },
}

describe('parseDeployment', () => {
  it('gives back what is well-formed, through JSON too', () => {
    expect(parseDeployment(deployment)).to.deep.equal(deployment)
    expect(parseDeployment(JSON.parse(JSON.stringify(deployment)))).to.deep.equal(deployment)
  })

  it('gives checksummed addresses, however they were written, because offers are compared with them', () => {
    const contracts = Object.fromEntries(
      Object.entries(deployment.contracts).map(([name, value]) => [name, value.toLowerCase()]),
    )
    expect(parseDeployment({ ...deployment, contracts })).to.deep.equal(deployment)
  })

  const faults: Record<string, unknown> = {
    chainId: { ...deployment, chainId: 0 },
    genesisHash: { ...deployment, genesisHash: '0x12' },
    salt: { ...deployment, salt: undefined },
    fromBlock: { ...deployment, fromBlock: -1 },
    'contracts.treasury': { ...deployment, contracts: { ...deployment.contracts, treasury: '0x12' } },
    contracts: { ...deployment, contracts: undefined },
    '(whole file)': null,
  }
  for (const [field, value] of Object.entries(faults)) {
    it(`names ${field} when it is at fault, and what to do`, () => {
      const error = failure(() => parseDeployment(value))
      expect(error).to.be.instanceOf(ConfigError)
      expect(error).to.include({ code: 'DEPLOYMENT_INVALID', field })
      expect(error?.expected)
        .to.be.a('string')
        .and.not.match(/invalid|too small/i)
      expect(error?.remedy).to.include('npm run deploy')
    })
  }
})

describe('domains of a deployment', () => {
  it('differ between what the escrow consumes and what stays off-chain', () => {
    const parsed = parseDeployment(deployment)
    expect(escrowDomain(parsed)).to.deep.include({
      name: 'MESH',
      version: '1',
      chainId: 31337n,
      verifyingContract: deployment.contracts.intentEscrow,
      salt: deployment.salt,
    })
    expect(meshDomain(parsed)).to.deep.equal({
      ...escrowDomain(parsed),
      verifyingContract: deployment.contracts.meshDirectory,
    })
    expect(domainSeparator(escrowDomain(parsed))).to.not.equal(domainSeparator(meshDomain(parsed)))
  })
})
