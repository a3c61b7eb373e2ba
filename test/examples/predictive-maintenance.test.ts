import { expect } from 'chai'
import fc from 'fast-check'
import { sgd, train, uniformDraws } from '../../agent/index.ts'
import {
  deviations,
  examplesOf,
  firstAlert,
  model,
  simulate,
} from '../../examples/predictive-maintenance/anomaly.ts'
import { type ExampleMarket, startExampleMarket } from './running-example.ts'

const ALL_LOADS: [number, number] = [0.1, 0.9]

describe('the example predictive-maintenance', () => {
  describe('finds what is out of the ordinary', () => {
    const draw = uniformDraws(1)
    const local = { epochs: 60, batchSize: 24, optimiser: sgd(0.3) }
    const known = examplesOf(simulate(draw, 24 * 28, ALL_LOADS))
    const parameters = train(model, new Float32Array(model.size), known, local, draw)

    it('by a model of what the work explains', () => {
      const off = deviations(parameters, simulate(draw, 24 * 28, ALL_LOADS))
      const mean = off.reduce((sum, each) => sum + Math.abs(each), 0) / off.length
      // The mean absolute deviation of a normal scatter of 0.15 mm/s is 0.12.
      expect(mean).to.be.within(0.1, 0.14)
    })

    it('in a bearing that wears and not in one that is well, whatever the seed', () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const alertOf = (wear: number) =>
            firstAlert(parameters, simulate(uniformDraws(seed), 24, [0.4, 0.9], wear))
          expect(alertOf(0)).to.equal(undefined)
          // From the first hour whose six have a mean of more than 0.45 mm/s, 0.12 more each hour; it scatters.
          expect(alertOf(0.12)?.hour).to.be.within(5, 9)
          expect(alertOf(0.12)?.mean).to.be.above(0.45)
        }),
        { numRuns: 50 },
      )
    })

    it('of readings that are numbers', () => {
      const wrong = [[0.5, 1500, 60] as never, [0.5, 1500, 60, Number.NaN] as const]
      for (const reading of wrong) expect(() => firstAlert(parameters, [reading])).to.throw(RangeError)
    })

    it('in six hours and more: fewer tell nothing', () => {
      expect(firstAlert(parameters, simulate(draw, 5, ALL_LOADS, 9))).to.equal(undefined)
    })
  })

  describe('in a market', function () {
    this.timeout(120_000)
    let market: ExampleMarket
    before(async () => {
      market = await startExampleMarket()
    })
    after(() => market.stop())

    it('learns together, and each plant pays on chain for the check that it had', async () => {
      const example = market.run('predictive-maintenance')
      expect(await example.exited, example.output).to.equal(0)
      const { output } = example
      const [, shared = '', own = ''] =
        /model is ([\d.]+) mm\/s off, each plant's own (.*) mm\/s/.exec(output) ?? []
      const owns = own.split(', ').map(Number)
      expect(owns, output).to.have.length(5)
      expect(Number(shared)).to.be.below(owns.reduce((sum, each) => sum + each, 0) / 5)
      expect([...output.matchAll(/^(\S+) .*: ALERT at hour/gm)].map(([, name]) => name)).to.deep.equal([
        'plant-d',
      ])
      expect(output.match(/all is normal/g)).to.have.length(4)
      expect([...output.matchAll(/^settled on chain: (.*)$/gm)].map(([, text]) => text)).to.deep.equal(
        ['a', 'b', 'c', 'd', 'e'].map(
          (plant) => `plant-${plant} paid guard 0.005000 test dollars for 1 check`,
        ),
      )
    })

    it('says what to do when its seed is no number, and when there is no market', async () => {
      const wrong = market.run('predictive-maintenance', [], { MESH_SEED: 'x' })
      expect(await wrong.exited).to.equal(1)
      expect(wrong.output).to.include('MESH_SEED is a whole number')
      const nowhere = market.run('predictive-maintenance', [], { MESH_API: 'http://127.0.0.1:9' })
      expect(await nowhere.exited).to.equal(1)
      expect(nowhere.output).to.include('No market answers').and.to.include('mesh up')
    })

    it('leaves the mesh on Ctrl-C', async () => {
      const example = market.run('predictive-maintenance')
      await example.line(/^plant-b joined/)
      example.kill('SIGINT')
      expect(await example.exited, example.output).to.equal(0)
      expect(example.output).not.to.match(/rounds|rror/)
    })
  })
})
