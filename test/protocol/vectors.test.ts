import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { hashTypedData, hexToBytes, recoverAddress } from 'viem'
import { decodeIntent } from '../../protocol/wire/bodies.ts'
import { decodeSigned } from '../../protocol/wire/gossip.ts'
import { print, vectors } from './support/vectors.ts'

const path = new URL('../vectors/protocol.json', import.meta.url)

describe('vectors of the protocol', () => {
  it('are what the code makes of their keys and values: else run node test/protocol/support/vectors.ts', () => {
    expect(readFileSync(path, 'utf8')).to.equal(print())
  })

  it('read back as what was said', () => {
    const { body, signature } = decodeSigned(hexToBytes(vectors.intent.message))
    expect(decodeIntent(body)).to.deep.equal(vectors.intent.value)
    expect(signature).to.equal(vectors.intent.signature)
  })

  it('agree with another implementation of EIP-712 and of signatures', async () => {
    const { deployment, intent, identities } = vectors
    const fields = (members: string) =>
      members.split(',').map((member) => {
        const [type = '', name = ''] = member.split(' ')
        return { type, name }
      })
    const digest = hashTypedData({
      domain: {
        name: 'MESH',
        version: '1',
        chainId: deployment.chainId,
        verifyingContract: deployment.contracts.meshDirectory,
        salt: deployment.salt,
      },
      primaryType: 'Intent',
      types: {
        Intent: fields(
          'address agent,uint8 side,string capability,string area,uint64 quantity,uint64 price,uint64 lot,uint64 start,uint64 end,uint64 expiry,uint256 nonce,string[] endpoints,Attribute[] attributes',
        ),
        Attribute: fields('string name,uint8 kind,int64 min,int64 max,string[] values'),
      },
      message: {
        ...intent.value,
        side: 0,
        attributes: [{ name: 'source', kind: 2, min: 0n, max: 0n, values: ['solar', 'wind'] }],
      },
    })
    expect(digest).to.equal(intent.digest)
    const signer = await recoverAddress({ hash: digest, signature: intent.signature })
    expect(signer).to.equal(identities.buyer?.address)
  })
})
