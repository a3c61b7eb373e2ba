import { expect } from 'chai'
import fc from 'fast-check'
import { getAddress, toHex } from 'viem'
import { aliasOf, displayAddressOf, networkTag, parseAlias } from '../../protocol/addresses.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { deployment } from '../e2e/support/deployment.ts'

/** Made with another library (ethers 6), from the definition alone. */
const DISPLAY_ADDRESSES = {
  '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266': 'ae71:f6f4:ec01:f6a3:ecd0:1d90:8a8c:d9b4',
  '0x0000000000000000000000000000000000000001': 'a897:a5cb:1db3:bf1d:335a:0311:d2ae:788e',
} as const

describe('display addresses', () => {
  for (const [address, expected] of Object.entries(DISPLAY_ADDRESSES)) {
    it(`are what their definition says for ${address}, in whatever case it is written`, () => {
      expect(displayAddressOf(address as `0x${string}`)).to.equal(expected)
      expect(displayAddressOf(address.toLowerCase() as `0x${string}`)).to.equal(expected)
    })
  }

  it('have 128 bits, others for each key', () => {
    const addresses = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(toHex(bytes)))
    fc.assert(
      fc.property(addresses, addresses, (a, b) => {
        expect(displayAddressOf(a)).to.match(/^([0-9a-f]{4}:){7}[0-9a-f]{4}$/)
        expect(displayAddressOf(a) === displayAddressOf(b)).to.equal(a === b)
      }),
    )
  })
})

describe('aliases', () => {
  it('are the tag of the network and the id in its registry', () => {
    expect(networkTag(deployment)).to.equal(0xb59c)
    expect(aliasOf(deployment, 1n)).to.equal('N:b59c.0000.0001')
    expect(aliasOf(deployment, 70_000n)).to.equal('N:b59c.0001.1170')
    expect(aliasOf(deployment, 0xffff_ffffn)).to.equal('N:b59c.ffff.ffff')
    expect(networkTag({ ...deployment, chainId: 1 })).to.not.equal(0xb59c)
  })

  it('are not given to nobody, nor to ids that are too large for them', () => {
    for (const id of [-1n, 0n, 1n << 32n, 1n << 255n]) expect(aliasOf(deployment, id)).to.equal(undefined)
  })

  it('are read back as what they were made of, in either case', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 0xffff_ffffn }), (agentId) => {
        const alias = aliasOf(deployment, agentId) ?? ''
        expect(parseAlias(alias)).to.deep.equal({ network: 0xb59c, agentId })
        expect(parseAlias(alias.replace('b59c', 'B59C'))).to.deep.equal({ network: 0xb59c, agentId })
      }),
    )
  })

  const wrong = {
    nothing: '',
    'the id of nobody': 'N:b59c.0000.0000',
    'a digit less': 'N:b59c.0000.001',
    'a digit more': 'N:b59c.0000.00001',
    'another letter': 'N:b59c.0000.000g',
    'another separator': 'N:b59c:0000:0001',
    'text around it': ' N:b59c.0000.0001',
  }
  for (const [what, text] of Object.entries(wrong)) {
    it(`are not read from ${what}`, () => {
      expect(() => parseAlias(text))
        .to.throw(ConfigError)
        .that.includes({ code: 'ALIAS_INVALID', received: text })
    })
  }
})
