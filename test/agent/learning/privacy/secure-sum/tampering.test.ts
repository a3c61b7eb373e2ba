import { expect } from 'chai'
import { type Address, SecureSumParticipant, SecureSumServer } from '../../../../../agent/index.ts'
import { MeshError } from '../../../../../protocol/errors.ts'
import { addressOf, participantsOf, runSum, sessionOf, sign, type Tampering, verify } from './support.ts'

const [first, second, last] = [addressOf(0), addressOf(1), addressOf(4)]

/** The bytes with one bit flipped. */
function flipped(bytes: Uint8Array, place = 0): Uint8Array {
  return bytes.map((byte, i) => (i === place ? byte ^ 1 : byte))
}

/** Another message of the same shape in place of the first participant's. */
function ofFirst<T extends { from: Address }>(change: (message: T) => T): (message: T) => T {
  return (message) => (message.from === first ? change(message) : message)
}

describe('secure sum, tampered with', () => {
  const cases: [string, Tampering, string][] = [
    ['a key', { keys: ofFirst((each) => ({ ...each, maskKey: flipped(each.maskKey) })) }, 'SIGNER_WRONG'],
    [
      'a key cut short',
      { keys: ofFirst((each) => ({ ...each, cipherKey: each.cipherKey.slice(1) })) },
      'LENGTH_WRONG',
    ],
    ["somebody else's name", { keys: ofFirst((each) => ({ ...each, from: second })) }, 'SIGNER_WRONG'],
    ['a stranger', { keys: ofFirst((each) => ({ ...each, from: addressOf(9) })) }, 'PARTICIPANT_UNKNOWN'],
    [
      'a signature that is none',
      { keys: ofFirst((each) => ({ ...each, signature: '0x' })) },
      'SIGNATURE_MALFORMED',
    ],
    [
      'a bundle with a share too few',
      { shares: ofFirst((each) => ({ ...each, shares: each.shares.slice(1) })) },
      'LENGTH_WRONG',
    ],
    [
      'a bundle with two shares for one',
      {
        shares: ofFirst((each) => ({
          ...each,
          shares: each.shares.map((share) => ({ ...share, to: second })),
        })),
      },
      'PARTICIPANT_REPEATED',
    ],
    [
      'the hash of a seed',
      { shares: ofFirst((each) => ({ ...each, seedDigest: flipped(each.seedDigest) })) },
      'SIGNER_WRONG',
    ],
    [
      'a sealed share on its way',
      {
        forwarded: (each) =>
          each.from === first ? { ...each, ciphertext: flipped(each.ciphertext, 40) } : each,
      },
      'SHARE_TAMPERED',
    ],
    [
      'the hash beside a sealed share',
      {
        forwarded: (each) =>
          each.from === first ? { ...each, maskKeyDigest: flipped(each.maskKeyDigest) } : each,
      },
      'SHARE_TAMPERED',
    ],
    [
      'a sealed share for another receiver',
      { forwarded: (each, to) => (to === second ? { ...each, to: first } : each) },
      'PARTICIPANT_UNKNOWN',
    ],
    [
      "a sealed share under somebody else's name",
      { forwarded: (each) => (each.from === first ? { ...each, from: second } : each) },
      'PARTICIPANT_REPEATED',
    ],
    [
      'a masked value',
      { input: ofFirst((each) => ({ ...each, values: each.values.map((value) => value ^ 1) })) },
      'SIGNER_WRONG',
    ],
    [
      'a vector cut short',
      { input: ofFirst((each) => ({ ...each, values: each.values.slice(1) })) },
      'LENGTH_WRONG',
    ],
    ['a list of too few survivors', { survivors: (each) => each.slice(0, 3) }, 'PARTICIPANTS_TOO_FEW'],
    ['a list with a stranger', { survivors: (each) => [...each, addressOf(9)] }, 'PARTICIPANT_UNKNOWN'],
    ['a list with somebody twice', { survivors: (each) => [...each, first] }, 'PARTICIPANT_REPEATED'],
    [
      'a list without the one who gets it',
      { survivors: (each, to) => (to === first ? each.filter((one) => one !== first) : each) },
      'PARTICIPANT_UNKNOWN',
    ],
    ['too few confirmations', { confirmations: (each) => each.slice(0, 3) }, 'PARTICIPANTS_TOO_FEW'],
    [
      'one confirmation four times',
      { confirmations: (each) => each.map((one) => each[0] ?? one) },
      'PARTICIPANT_REPEATED',
    ],
    [
      'an open share',
      {
        unmasking: ofFirst((each) => ({
          ...each,
          selfMaskShares: each.selfMaskShares.map(({ of, share }) => ({ of, share: flipped(share) })),
        })),
      },
      'SHARE_TAMPERED',
    ],
    [
      'an open share too few',
      { unmasking: ofFirst((each) => ({ ...each, selfMaskShares: each.selfMaskShares.slice(1) })) },
      'LENGTH_WRONG',
    ],
    [
      'open shares of both kinds',
      { unmasking: ofFirst((each) => ({ ...each, maskKeyShares: each.selfMaskShares })) },
      'LENGTH_WRONG',
    ],
  ]
  for (const [what, tampering, code] of cases) {
    it(`notices ${what}`, async () => {
      const inputs = Array.from({ length: 5 }, () => new Int32Array(5))
      const fault = await runSum(sessionOf(5), inputs, [], 1, tampering).catch((error: unknown) => error)
      expect(fault).to.be.instanceOf(MeshError)
      expect(fault).to.include({ code })
    })
  }

  it('notices a second message of the same step', () => {
    const session = sessionOf(3)
    const server = new SecureSumServer(session, verify)
    const message = participantsOf(session, 1)[0]?.advertise()
    if (message === undefined) throw new Error('there are three')
    server.addKeys(message)
    expect(() => server.addKeys(message))
      .to.throw(MeshError)
      .that.includes({ code: 'PARTICIPANT_REPEATED' })
  })

  it('notices a key with which everybody agrees on the same secret', async () => {
    const session = sessionOf(3)
    const participants = participantsOf(session, 1)
    const keys = participants.map((each) => each.advertise())
    const forged = { from: second, cipherKey: new Uint8Array(32), maskKey: new Uint8Array(32) }
    const { signedDigests } = await import('../../../../../agent/learning/privacy/secure-sum/messages.ts')
    const signed = { ...forged, signature: sign(second)(signedDigests.keys(session, forged)) }
    const fault = await participants[0]
      ?.shareKeys(keys.map((each) => (each.from === second ? signed : each)))
      .catch((error: unknown) => error)
    expect(fault).to.include({ code: 'KEY_INVALID', field: `keys of ${second}` })
  })

  it('names the one who handed out shares of something else than its secret, and reveals nothing', async () => {
    const session = sessionOf(5)
    const { signedDigests } = await import('../../../../../agent/learning/privacy/secure-sum/messages.ts')
    const inputs = Array.from({ length: 5 }, () => new Int32Array(5))
    const otherSeed = new Uint8Array(32)
    const fault = await runSum(session, inputs, [], 1, {
      shares: ofFirst((each) => {
        const lie = { ...each, seedDigest: otherSeed }
        return { ...lie, signature: sign(first)(signedDigests.shares(session, lie)) }
      }),
    }).catch((error: unknown) => error)
    expect(fault).to.include({ code: 'SHARES_INCONSISTENT', field: `shares of ${first}` })
  })

  it('is of one session: keys signed for another are refused', () => {
    const [session, other] = [sessionOf(3), sessionOf(3, { id: new Uint8Array(32).fill(8) })]
    const server = new SecureSumServer(session, verify)
    const message = participantsOf(other, 1)[0]?.advertise()
    if (message === undefined) throw new Error('there are three')
    expect(() => server.addKeys(message))
      .to.throw(MeshError)
      .that.includes({ code: 'SIGNER_WRONG' })
  })

  it('lets nobody take part who is not asked', () => {
    const init = {
      session: sessionOf(3),
      address: last,
      sign: sign(last),
      verify,
      random: (n: number) => new Uint8Array(n),
    }
    expect(() => new SecureSumParticipant(init))
      .to.throw(MeshError)
      .with.property('field', 'address')
  })
})
