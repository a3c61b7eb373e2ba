import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { zeroAddress, zeroHash } from 'viem'
import { Workshop } from '../../../../agent/protocols/services/workshop.ts'
import { MAX_SERVICE_BYTES } from '../../../../protocol/limits.ts'
import { newIdentity } from '../../support/intents.ts'

const question = new Uint8Array([1])
const { signal } = new AbortController()
const asking = { question: zeroHash, from: zeroAddress, group: 'one', isShared: false, signal }
const codeOf = (doing: Promise<unknown>) =>
  doing.then(
    () => undefined,
    ({ code }) => code,
  )

describe('Workshop', () => {
  it('takes no more than it can at a time, and more when it has answered', async () => {
    const gate = Promise.withResolvers<string>()
    const workshop = new Workshop({
      handler: () => gate.promise,
      concurrency: 1,
      perAsker: 1,
      timeout: 5_000,
    })
    const first = workshop.answer(question, asking)
    expect(await codeOf(workshop.answer(question, asking))).to.equal('SERVICE_BUSY')
    gate.resolve('done')
    expect(new TextDecoder().decode(await first)).to.equal('done')
    expect(await codeOf(workshop.answer(question, asking))).to.equal(undefined)
  })

  it('leaves room for others, whatever one asks', async () => {
    const gate = Promise.withResolvers<string>()
    const workshop = new Workshop({
      handler: () => gate.promise,
      concurrency: 4,
      perAsker: 2,
      timeout: 5_000,
    })
    const other = { ...asking, group: 'another' }
    const third = { ...asking, group: 'a third' }
    const alias = { ...asking, from: newIdentity().address }
    const working = [1, 2].map(() => workshop.answer(question, asking))
    expect(await codeOf(workshop.answer(question, asking))).to.equal('SERVICE_BUSY')
    expect(await codeOf(workshop.answer(question, alias)), 'by another key').to.equal('SERVICE_BUSY')
    working.push(...[1, 2].map(() => workshop.answer(question, other)))
    expect(await codeOf(workshop.answer(question, third))).to.equal('SERVICE_BUSY')
    gate.resolve('done')
    await Promise.all(working)
    expect(await codeOf(workshop.answer(question, asking)), 'its place is free again').to.equal(undefined)
  })

  it('sends nothing that is no answer', async () => {
    const handler = () => ({ text: 'an object' }) as unknown as string
    const workshop = new Workshop({ handler, concurrency: 1, perAsker: 1, timeout: 5_000 })
    expect(await codeOf(workshop.answer(question, asking))).to.equal('ANSWER_UNUSABLE')
  })

  it('does not wait for a handler that takes too long, which is told by its signal', async () => {
    const handler = (_: Uint8Array, { signal }: { signal: AbortSignal }) =>
      new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    const workshop = new Workshop({ handler, concurrency: 1, perAsker: 1, timeout: 10 })
    expect(await codeOf(workshop.answer(question, asking))).to.equal('SERVICE_LATE')
    await setImmediate()
    expect(await codeOf(workshop.answer(question, asking)), 'its place is free again').to.equal(
      'SERVICE_LATE',
    )
  })

  it('never runs more handlers than it can, also where they do not heed their signal', async () => {
    let running = 0
    let most = 0
    const gate = Promise.withResolvers<string>()
    const handler = async () => {
      most = Math.max(most, ++running)
      return gate.promise.finally(() => running--)
    }
    const workshop = new Workshop({ handler, concurrency: 2, perAsker: 2, timeout: 5 })
    const codes = []
    for (let round = 0; round < 3; round++) codes.push(await codeOf(workshop.answer(question, asking)))
    expect(codes).to.deep.equal(['SERVICE_LATE', 'SERVICE_LATE', 'SERVICE_BUSY'])
    expect(most).to.equal(2)
    gate.resolve('done')
    await setImmediate()
    expect(await codeOf(workshop.answer(question, asking)), 'its place is free again').to.equal(undefined)
  })

  it('works once for those who ask the same at a time, where answers are shared', async () => {
    let count = 0
    const gate = Promise.withResolvers<string>()
    const handler = () => {
      count += 1
      return gate.promise
    }
    const workshop = new Workshop({ handler, concurrency: 4, perAsker: 4, timeout: 5_000 })
    const shared = [0, 1, 2].map(() => workshop.answer(question, { ...asking, isShared: true }))
    const alone = workshop.answer(question, asking)
    gate.resolve('done')
    await Promise.all([...shared, alone])
    expect(count).to.equal(2)
  })

  it('tells its handler when all who wait for the answer are gone, and not before', async () => {
    const signals: AbortSignal[] = []
    const handler = (_: Uint8Array, { signal }: { signal: AbortSignal }) => {
      signals.push(signal)
      return new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    }
    const workshop = new Workshop({ handler, concurrency: 1, perAsker: 1, timeout: 5_000 })
    const [first, second] = [new AbortController(), new AbortController()]
    const waiting = [first, second].map(({ signal }) =>
      codeOf(workshop.answer(question, { ...asking, isShared: true, signal })),
    )
    first.abort({ code: 'FIRST_GONE' })
    expect(await waiting[0]).to.equal('FIRST_GONE')
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false])
    second.abort({ code: 'SECOND_GONE' })
    expect(await waiting[1]).to.equal('SECOND_GONE')
    expect(signals.map(({ reason }) => reason)).to.deep.equal([{ code: 'SECOND_GONE' }])
    await setImmediate()
    const third = new AbortController()
    const asked = codeOf(workshop.answer(question, { ...asking, isShared: true, signal: third.signal }))
    expect(signals, 'who asks next is worked for anew').to.have.length(2)
    third.abort({ code: 'THIRD_GONE' })
    expect(await asked).to.equal('THIRD_GONE')
  })

  it('begins nothing for who is gone already', async () => {
    const workshop = new Workshop({
      handler: () => expect.fail('it began'),
      ...{ concurrency: 1, perAsker: 1, timeout: 5_000 },
    })
    const signal = AbortSignal.abort({ code: 'GONE' })
    expect(await codeOf(workshop.answer(question, { ...asking, signal }))).to.equal('GONE')
  })

  it('sends no answer that is too long', async () => {
    const handler = () => new Uint8Array(MAX_SERVICE_BYTES + 1)
    const workshop = new Workshop({ handler, concurrency: 1, perAsker: 1, timeout: 5_000 })
    expect(await codeOf(workshop.answer(question, asking))).to.equal('MESSAGE_TOO_LARGE')
  })

  it('hands over what a handler throws, at once or later', async () => {
    const handlers = [
      () => {
        throw Object.assign(new Error('no'), { code: 'SYNC' })
      },
      () => Promise.reject(Object.assign(new Error('no'), { code: 'ASYNC' })),
    ]
    for (const [index, handler] of handlers.entries()) {
      const workshop = new Workshop({ handler, concurrency: 1, perAsker: 1, timeout: 5_000 })
      expect(await codeOf(workshop.answer(question, asking))).to.equal(['SYNC', 'ASYNC'][index])
    }
  })
})
