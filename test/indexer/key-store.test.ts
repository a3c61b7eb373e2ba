import { expect } from 'chai'
import { addKey, addSignIn, isStaked, readKey, readKeys, takeSignIn } from '../../indexer/store/keys.ts'
import type { Store } from '../../indexer/store/store.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import { onBothStores } from './support/both-stores.ts'
import { openToWrite } from './support/index-of.ts'

const OWNER: Address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const WALLET: Address = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const ESCROW: Address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const HASH: Hex = `0x${'1'.repeat(64)}`

onBothStores('the store of keys', function (emptyPlace) {
  this.timeout(60_000)
  let store: Store

  before(async () => {
    store = await openToWrite(await emptyPlace())
  })
  after(() => store?.close())

  it('gives a key until it expires', async () => {
    const key = {
      hash: HASH,
      id: '1',
      owner: OWNER,
      name: 'key',
      createdAt: 1_000,
      expiresAt: 2_000,
    } as const
    await store.add((tx) => addKey(tx, key))
    expect(await store.transaction((tx) => readKey(tx, HASH, 1_999))).to.deep.equal(key)
    expect(await store.transaction((tx) => readKey(tx, HASH, 2_000))).to.equal(undefined)
    expect(await store.transaction((tx) => readKeys(tx, OWNER, 2_000))).to.deep.equal([])
  })

  it('gives a nonce once, until it expires', async () => {
    const signIn = (nonce: string) =>
      ({ nonce, owner: OWNER, name: 'key', lifetime: 1, expiresAt: 2_000 }) as const
    await store.add((tx) => addSignIn(tx, signIn('one'), 1_000))
    await store.add((tx) => addSignIn(tx, signIn('two'), 1_000))
    expect(await store.add((tx) => takeSignIn(tx, 'one', 1_999))).to.deep.equal(signIn('one'))
    expect(await store.add((tx) => takeSignIn(tx, 'one', 1_999))).to.equal(undefined)
    expect(await store.add((tx) => takeSignIn(tx, 'two', 2_000))).to.equal(undefined)
  })

  it('takes for staked whom every domain would admit by the stake that stays', async () => {
    const agent = {
      ...{ agentId: 1n, owner: OWNER, wallet: WALLET, bound: true, uri: null, text: '', registeredTx: HASH },
      ...{ registeredBlock: 1, registeredIndex: 0, registeredAt: 1 },
      ...{ score: 0n, counted: 0, feedbacks: 0, scoreWeight: 0n, scorePoints: 0n },
    } as const
    const position = { agentId: 1n, depositor: OWNER, module: ESCROW } as const
    const of = (address: Address) => store.transaction((tx) => isStaked(tx, address, ESCROW))
    await store.write(async (tx) => {
      await tx.insertInto('agents').values(agent).execute()
      await tx
        .insertInto('stakes')
        .values({ ...position, staked: 100n, locked: 0n, queued: 40n, availableAt: 9n })
        .execute()
    })
    expect([await of(OWNER), await of(WALLET), await of(ESCROW)]).to.deep.equal([true, true, false])
    const place = { kind: 'admission', version: 0, block: 1, logIndex: 0, changedAt: 1, tx: HASH } as const
    const admit = (key: Hex, minStake: string) =>
      store.write((tx) =>
        tx
          .insertInto('parameters')
          .values({ ...place, key, value: { minStake, minReputation: 0 } })
          .execute(),
      )
    await admit(HASH, '60')
    expect(await of(WALLET)).to.equal(true)
    await admit(`0x${'2'.repeat(64)}`, '61')
    expect(await of(WALLET)).to.equal(false)
  })
})
