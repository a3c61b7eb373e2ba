import { expect } from 'chai'
import { keccak256, toBytes } from 'viem'
import {
  type Address,
  type MeshNetwork,
  type ReceivedIntent,
  requestValidation,
  requiring,
  respondToValidation,
} from '../../agent/index.ts'
import { until } from '../agent/support/until.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { refusal } from './support/services.ts'

const MODEL = keccak256(toBytes('a model'))

describe('an intent that requires an attestation', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let seller: MeshNetwork
  let validator: MeshNetwork
  let registry: Address

  before(async () => {
    market = await startMarket()
    const { validationRegistry } = market.descriptor().deployment.contracts
    if (validationRegistry === undefined) throw new Error('no registry')
    registry = validationRegistry
    buyer = await market.join()
    validator = await market.join({ bootstrapPeers: buyer.endpoints })
    seller = await market.join({ bootstrapPeers: buyer.endpoints })
    buyer.onOffer(() => ({ type: 'accept' }))
  })
  after(() => market.stop())

  /** The intent of the buyer, as the seller hears it. */
  async function wish(least: number): Promise<ReceivedIntent> {
    const requirement = { about: 'model', digests: [MODEL], validators: [validator.address], least } as const
    const { hash } = await buyer.publishIntent({ ...energyIntent(100n), attributes: requiring(requirement) })
    return until(() => seller.openIntents().find((intent) => intent.hash === hash))
  }
  const offer = (intent: ReceivedIntent) =>
    seller.offer(intent, { quantity: 100n, price: 100_000n }, { duration: 3_600n })
  const validate = async (by: MeshNetwork, response: number) => {
    const request = keccak256(toBytes(`${by.address} ${response}`))
    const agentId = (await seller.account.agentId()) ?? 0n
    await seller.account.submit(
      requestValidation(registry, { validator: by.address, agentId, uri: 'data:,', request }),
    )
    await by.account.submit(
      respondToValidation(registry, { request, response, uri: '', responseHash: MODEL, tag: 'model' }),
    )
  }

  it('is answered by those alone of whom its validator has said so', async () => {
    const intent = await wish(90)
    expect(await refusal(offer(intent))).to.include({ code: 'NOT_ATTESTED' })
    // One that does not look, and offers all the same.
    const careless = { ...intent, value: { ...intent.value, attributes: [] } }
    expect(await offer(careless)).to.include({ type: 'declined', reason: 'invalid', detail: 'NOT_ATTESTED' })

    await validate(buyer, 100)
    await validate(validator, 89)
    expect(await refusal(offer(await wish(90)))).to.include({ code: 'NOT_ATTESTED' })
    await validate(validator, 90)
    expect(await offer(await wish(90))).to.include({ type: 'agreed' })
  })
})
