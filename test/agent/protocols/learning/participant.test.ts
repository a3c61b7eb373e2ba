import { expect } from 'chai'
import { zeroHash } from 'viem'
import { Participant, type Trainer } from '../../../../agent/protocols/learning/participant.ts'
import { exchangeOf, MODEL_FILE, momentOf, OTHER, partsOf, TASK } from './support/round.ts'

const DOMAIN = { name: 'test', version: '1', chainId: 1n, verifyingContract: OTHER, salt: zeroHash } as const

/** What becomes of a participant with such a trainer. */
async function commits(trainer: Trainer, now = 1n) {
  const { components, sent } = partsOf({ content: exchangeOf({ [TASK.baseModel]: MODEL_FILE }) })
  const role = new Participant({ ...components, trainer: () => trainer, domain: DOMAIN as never })
  const error = await role.act(momentOf('commit', now, {})).catch((thrown: unknown) => thrown)
  return { error, sent: sent.map(({ name }) => name), update: components.record.update }
}

describe('a participant', () => {
  it('commits to what was trained', async () => {
    const { sent, update } = await commits(() => Float32Array.of(1, 2))
    expect(sent).to.deep.equal(['commit'])
    expect(update?.updateRoot).to.be.a('string')
  })

  it('commits to nothing that is no change of each parameter: it would be paid nothing', async () => {
    for (const change of [Float32Array.of(1), Float32Array.of(1, 2, 3), [1, 2] as never]) {
      const { error, sent, update } = await commits(() => change)
      expect(error).to.include({ code: 'UPDATE_INVALID', field: 'trainer' })
      expect({ sent, update }).to.deep.equal({ sent: [], update: undefined })
    }
  })

  it('waits for no trainer when it is too late, which is told so', async () => {
    let told: AbortSignal | undefined
    const { error, sent } = await commits((_, signal) => {
      told = signal
      return new Promise<never>(() => undefined)
    }, TASK.commitUntil)
    expect(error).to.include({ name: 'TimeoutError' })
    expect(told?.aborted).to.equal(true)
    expect(sent).to.deep.equal([])
  })
})
