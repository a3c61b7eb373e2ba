import { expect } from 'chai'
import { cellToParent } from 'h3-js'
import { rideDraft } from '../../agent/index.ts'
import { onServedMarket } from './support/on-served-market.ts'

const [PICKUP, DROPOFF] = ['8a1f8d099907fff', '8a1f8d0999a7fff']
const RIDE = {
  ...{ pickup: PICKUP, dropoff: DROPOFF, seats: 2, earliest: 1_900_000_000n, wait: 300, detour: 0 },
  way: { metres: 4_200, seconds: 600 },
}

onServedMarket('rides in the index', (served) => {
  const get = (query = '') => served.read(`/v1/rides${query}`)

  const heard = async (): Promise<string[]> =>
    (await served.get('/v1/intents?capability=ride.drive')).body.data.map(
      ({ hash }: { hash: string }) => hash,
    )

  /** A rider asks, and a driver and it agree on a fare. */
  async function agree(fare: bigint) {
    const { market, mesh, buyer, seller } = served
    const { hash } = mesh.intent(buyer, rideDraft(RIDE, fare))
    const deadline = AbortSignal.timeout(10_000)
    while (!(await heard()).includes(hash)) deadline.throwIfAborted()
    const terms = { intentHash: hash, quantity: 4_200n, lot: 4_200n, price: fare }
    const agreement = await market.draft(buyer, seller, terms)
    const id = await market.open(buyer, seller, agreement)
    return { agreement, id, hash }
  }

  it('are agreements whose intents asked for one, with cells and fare, and energy is none', async () => {
    const { market, mesh, buyer, seller } = served
    mesh.intent(buyer)
    await market.trade(buyer, seller)
    expect((await get()).data).to.deep.equal([])
    const { agreement, id, hash } = await agree(9_000_000n)
    const [ride, ...others] = (await get()).data
    expect(others).to.deep.equal([])
    expect(ride).to.include({ id, intentHash: hash, status: 'open', fare: '9000000', paid: null })
    expect(ride).to.include({ rider: buyer.address, driver: seller.address, pickup: PICKUP })
    expect(ride).to.include({ dropoff: DROPOFF, metres: 4_200, seats: 2, driven: null })
    await market.settle(buyer, agreement)
    expect((await get()).data[0]).to.include({ status: 'settled', paid: '9000000', driven: '4200' })
  })

  it('are found by rider, driver, status and where they begin', async () => {
    const { buyer, seller } = served
    const { id } = await agree(8_000_000n)
    const ids = async (query: string) => (await get(query)).data.map((ride: { id: string }) => ride.id)
    expect(await ids('?status=open')).to.deep.equal([id])
    expect(await ids(`?rider=${buyer.address}`)).to.have.lengthOf(2)
    expect(await ids(`?driver=${buyer.address}`)).to.deep.equal([])
    expect(await ids(`?driver=${seller.address}&area=${PICKUP}`)).to.have.lengthOf(2)
    expect(await ids(`?area=${cellToParent(PICKUP, 7)}`)).to.have.lengthOf(2)
    expect(await ids(`?area=${DROPOFF}`)).to.deep.equal([])
    const first = await get('?limit=1')
    const rest = await get(`?limit=1&cursor=${first.page.nextCursor}`)
    expect([...first.data, ...rest.data]).to.deep.equal((await get()).data)
  })

  it('outlast the intents that they came of, also in an index that is started again', async () => {
    const { mesh, buyer } = served
    const [before] = (await get()).data
    // The same delivery with a higher nonce takes the place of the intent.
    mesh.intent(buyer, { ...rideDraft(RIDE, 1n), quantity: 4_300n, lot: 4_300n })
    await served.restart()
    expect((await get()).data[0]).to.deep.equal(before)
    const open = (await served.get(`/v1/intents?capability=ride.drive`)).body.data
    expect(open.map(({ hash }: { hash: string }) => hash)).not.to.include(before.intentHash)
  })
})
