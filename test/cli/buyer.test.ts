import { expect } from 'chai'
import { recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { ApiClient } from '../../cli/api/client.ts'
import { Buyer } from '../../cli/buy/buyer.ts'
import { AUTHORIZATION_TYPES, authorizationFor } from '../../protocol/authorization.ts'
import { parseDeployment } from '../../protocol/deployment.ts'
import type { MeshError } from '../../protocol/errors.ts'
import type { ShownOffer } from '../../protocol/shown-offer.ts'
import { deployment as described } from '../e2e/support/deployment.ts'

const deployment = parseDeployment(described)
const { testDollar, treasury } = deployment.contracts
const account = privateKeyToAccount(`0x${'07'.repeat(32)}`)
const ZERO = `0x${'00'.repeat(20)}` as const
const HASH = `0x${'11'.repeat(32)}` as const

const offer: ShownOffer = {
  id: HASH,
  agreement: {
    ...{ buyer: account.address, payer: account.address, seller: ZERO, payout: ZERO, token: testDollar },
    ...{ staker: ZERO, agentId: 0n, exposure: 0n, quantity: 400n, price: 250_000n, lot: 1_000n, feeBps: 25n },
    ...{ penaltyBps: 0n, relayFee: 0n, buyerEpoch: 0n, sellerEpoch: 0n, expiry: 1_010n, deadline: 2_000n },
    ...{ intentHash: HASH, termsHash: HASH, nonce: 7n, conditions: HASH },
  },
  conditions: {
    ...{ arbitrator: ZERO, meter: ZERO, start: 900n, end: 1_800n, lateFrom: 900n, lateBps: 0n },
    ...{ window: 3_600n, splitBps: 5_000n, retail: 0n },
  },
}
const tokenDomain = {
  ...{ name: 'Test Dollar', version: '1', chainId: deployment.chainId, verifyingContract: testDollar },
}

/** A buyer, and what it told an API that answers so. */
function buyerAt(answer: (body: Record<string, unknown>) => unknown) {
  const posted: Record<string, unknown>[] = []
  const api = {
    async post(path: string, body: Record<string, unknown>) {
      if (path.endsWith('/prepare')) return { data: answer(body) }
      posted.push(body)
      return { data: {} }
    },
  }
  return { posted, buyer: new Buyer(api as unknown as ApiClient, account, deployment) }
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    ({ code, field }: MeshError) => [code, field],
  )

describe('a buyer at an API that may lie', () => {
  it('signs a payment that the treasury alone can take, whatever types it is shown', async () => {
    const { ReceiveWithAuthorization: members } = AUTHORIZATION_TYPES.types
    const types = { TransferWithAuthorization: members }
    const shown = { domain: tokenDomain, types, primaryType: 'TransferWithAuthorization' }
    const { posted, buyer } = buyerAt(() => ({ authorization: shown }))
    await buyer.accept(offer)
    const [{ funding } = {}] = posted
    const { signature } = funding as { signature: `0x${string}` }
    const message = authorizationFor(offer.agreement, offer.id, treasury)
    const typed = { ...AUTHORIZATION_TYPES, domain: tokenDomain, message }
    expect(await recoverTypedDataAddress({ ...typed, signature })).to.equal(account.address)
  })

  it('signs no payment by another token, or on another chain', async () => {
    for (const change of [{ chainId: 1 }, { verifyingContract: ZERO }, { chainId: undefined }]) {
      const { posted, buyer } = buyerAt(() => ({ authorization: { domain: { ...tokenDomain, ...change } } }))
      expect(await refusal(buyer.accept(offer))).to.deep.equal(['ANSWER_CHANGED', 'authorization.domain'])
      expect(posted).to.deep.equal([])
    }
  })

  it('signs no intent that stands for longer than it asked', async () => {
    const { posted, buyer } = buyerAt((body) => ({
      intent: {
        ...Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])),
        ...{ area: '', endpoints: [], attributes: [], nonce: '1', expiry: String(2n ** 40n) },
      },
    }))
    const signal = AbortSignal.timeout(5_000)
    const asked = buyer.offerFor(500n, async () => ({ start: 900n, end: 1_800n }), {
      ...{ limit: 300_000n, wait: 1, signal },
    })
    expect(await refusal(asked)).to.deep.equal(['ANSWER_CHANGED', 'intent.expiry'])
    expect(posted).to.deep.equal([])
  })
})
