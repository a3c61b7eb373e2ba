import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import { balanceOf } from '../../agent/chain/actions/ledger.ts'
import { type Address, accuracy, mlp, type TaskModel } from '../../agent/index.ts'
import { readDigits, termsOf, trainerOn } from '../../examples/model-trainer/lesson.ts'
import { exampleMarket } from './running-example.ts'

const text = readFileSync(new URL('../../data/learning/optdigits.tes', import.meta.url), 'utf8')

describe('the lesson of the example trainer', () => {
  const line = text.split('\n')[0] as string

  it('is read pixel by pixel', () => {
    const { rows, inputs, targets } = readDigits(`${line}\n`, 'digits')
    const values = line.trim().split(',').map(Number)
    expect(rows).to.equal(1)
    expect([...inputs].map((value) => value * 16)).to.deep.equal(values.slice(0, 64))
    expect([...targets]).to.deep.equal(values.slice(64))
  })

  it('is read from no file that has no digits, and says which line is wrong', () => {
    const wrong = [
      '',
      `${line},1`,
      line.replace(/\d+$/, '10'),
      line.replace(/^\d+/, '17'),
      line.replace(/^\d+/, '-1'),
    ]
    for (const each of wrong) {
      expect(() => readDigits(`${line.trim()}\n${each.trim()}\n${line.trim()}`, 'digits'), each).to.throw(
        'digits, line 2',
      )
    }
  })

  it('makes an update by which the model tells more digits', () => {
    const digits = readDigits(text, 'digits')
    const { model: file } = termsOf(digits, 3, 3)
    const model = mlp(file.network.layers)
    const given: TaskModel = { ...file, model }
    const update = trainerOn(digits, 1)(given, AbortSignal.timeout(60_000)) as Float32Array
    const changed = file.parameters.map((value, index) => value + (update[index] ?? Number.NaN))
    expect(accuracy(model, changed, digits)).to.be.above(accuracy(model, file.parameters, digits) + 0.3)
    expect([...given.parameters], 'the model of all is left as it was').to.deep.equal([...file.parameters])
  })
})

describe('the example model-trainer', function () {
  this.timeout(300_000)
  const there = exampleMarket()

  it('takes part in a round, and is paid on chain for its update; and ends on Ctrl-C', async () => {
    const example = there().run('model-trainer')
    const [, trainer] = await example.line(/^(0x\w+) trains on \d+ handwritten digits/)
    const [, told] = await example.line(/^the model that all made together tells ([\d.]+)% of 1797 unseen/)
    const [, paid] = await example.line(/^paid: ([\d.]+) test dollars for this agent's update$/)
    expect(Number(told)).to.be.above(20)
    const { deployment, rpcUrl } = there().market.descriptor()
    const client = createPublicClient({ transport: http(rpcUrl) })
    const { treasury, testDollar } = deployment.contracts
    const balance = await balanceOf(client, treasury, testDollar, trainer as Address)
    expect(Number(balance) / 1e6)
      .to.be.closeTo(Number(paid), 1e-4)
      .and.above(0)
    example.kill('SIGINT')
    expect(await example.exited, example.output).to.equal(0)
  })
})
