import { expect } from 'chai'
import { SecureSumParticipant, SecureSumServer, secureSumSession } from '../../../../../agent/index.ts'
import { combineShares, splitSecrets } from '../../../../../agent/learning/privacy/secure-sum/shares.ts'
import {
  addressOfPublicKey,
  publicKeyOf,
  signDigest,
  verifyDigest,
} from '../../../../../protocol/signature.ts'

const random = (count: number) => crypto.getRandomValues(new Uint8Array(count))

describe('secure sum between agents', () => {
  it("is signed and verified by the agents' own keys", async () => {
    const agents = [1, 2, 3, 4].map(() => {
      const key = random(32)
      return { key, address: addressOfPublicKey(publicKeyOf(key)) }
    })
    const terms = {
      id: random(32),
      participants: agents.map(({ address }) => address),
      length: 2,
      bound: 1000,
    }
    const session = secureSumSession(terms)
    const participants = agents.map(
      ({ key, address }) =>
        new SecureSumParticipant({
          session,
          address,
          random,
          sign: (digest) => signDigest(key, digest),
          verify: verifyDigest,
        }),
    )
    const server = new SecureSumServer(session, verifyDigest)
    for (const each of participants) server.addKeys(each.advertise())
    const keys = server.closeKeys()
    for (const each of participants) server.addShares(await each.shareKeys(keys))
    const shares = server.closeShares()
    const [gone, ...rest] = participants
    for (const each of rest) server.addInput(each.mask(shares.get(each.address) ?? [], Int32Array.of(5, -7)))
    const survivors = server.closeInputs()
    for (const each of rest) server.addConfirmation(each.confirm(survivors))
    const confirmations = server.closeConfirmations()
    for (const each of rest) server.addUnmasking(each.unmask(confirmations))
    expect([...(await server.finish()).values]).to.deep.equal([15, -21])
    expect(survivors).to.not.include(gone?.address)
  })

  it('takes as many shares as the threshold to have a secret again: fewer make another one', async () => {
    const secrets = { maskKey: random(32), selfMask: random(32) }
    const shares = (await splitSecrets(secrets, 5, 4)).map(({ maskKey }) => maskKey)
    expect(await combineShares(shares.slice(1))).to.deep.equal(secrets.maskKey)
    expect(await combineShares(shares.slice(2))).to.not.deep.equal(secrets.maskKey)
    expect(await combineShares([...shares.slice(2), ...shares.slice(2, 3)])).to.equal(undefined)
  })
})
