import { expect } from 'chai'
import { ConfigError, RefusedError } from '../../../agent/index.ts'
import { mixing } from '../../../examples/compute-seller/check.ts'
import { bytes, F64, I32, I64, importedMemory, MEMORY, moduleOf, name, runPatiently } from './modules.ts'
import { refusal } from './refusal.ts'
import { expectNone } from './sandboxes.ts'

describe('runModule, when there is no result,', function () {
  this.timeout(60_000)

  afterEach('no process is left', expectNone)

  describe('refuses a module', () => {
    const foreign = bytes([1], name('wasi_snapshot_preview1'), name('proc_exit'), [0, 0])
    const inherited = bytes([1], name('constructor'), name('is'), [0, 0])
    const invalid = {
      'of nothing': new Uint8Array(),
      'that is cut off': mixing.subarray(0, 40),
      'with a memory of its own': bytes(mixing, MEMORY),
      'that exports nothing': moduleOf({ exports: [0] }),
      'whose `run` is no function': moduleOf({
        globals: [1, I32, 0, 0x41, 0, 0x0b],
        exports: bytes([1], name('run'), [3, 0]),
      }),
      'that imports a function': moduleOf({ imports: foreign }),
      'that imports what every object has': moduleOf({ imports: inherited }),
      'that needs more memory than there is when it begins': moduleOf({ imports: importedMemory(2) }),
      'whose code is not valid': moduleOf({ code: [0x6a] }),
      'that takes an i64': moduleOf({ from: [I64], to: [I64] }),
    }
    for (const [what, module] of Object.entries(invalid)) {
      it(what, async () => {
        const error = await refusal(runPatiently(module, [1]), RefusedError, 'MODULE_INVALID')
        expect(error.field).to.equal('module')
      })
    }

    it('that is larger than it may be, before it is looked at', async () => {
      const error = await refusal(runPatiently(mixing, [1], { maxBytes: 40 }), RefusedError, 'MODULE_INVALID')
      expect(error.received).to.equal(mixing.length)
      await refusal(runPatiently(new Uint8Array(2 ** 20 + 1), [1]), RefusedError, 'MODULE_INVALID')
    })
  })

  describe('names the input at which a module', () => {
    it('traps, as of a division by it', async () => {
      const dividing = moduleOf({ code: [0x41, 12, 0x20, 0, 0x6d] })
      expect(await runPatiently(dividing, [3, 4])).to.deep.equal([4, 3])
      const error = await refusal(runPatiently(dividing, [3, 0]), RefusedError, 'MODULE_TRAPPED')
      expect(error.field).to.equal('inputs[1]')
      expect(error.received).to.include('divide by zero')
    })

    it('traps in its start, or calls itself without end', async () => {
      const start = moduleOf({ from: [], to: [], code: [0x00], isStart: true })
      await refusal(runPatiently(start, [1]), RefusedError, 'MODULE_TRAPPED')
      await refusal(runPatiently(moduleOf({ code: [0x20, 0, 0x10, 0] }), [1]), RefusedError, 'MODULE_TRAPPED')
    })

    const others = {
      'a bigint': [moduleOf({ to: [I64], code: [0x42, 5] }), 'bigint 5'],
      'a fraction': [moduleOf({ to: [F64], code: [0x44, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f] }), 'number 0.5'],
      'what is no number': [
        moduleOf({ to: [F64], code: [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f] }),
        'number NaN',
      ],
      nothing: [moduleOf({ to: [], code: [] }), 'undefined undefined'],
      'two numbers': [moduleOf({ to: [I32, I32], code: [0x20, 0, 0x20, 0] }), 'object 1,1'],
    } as const
    for (const [what, [module, received]] of Object.entries(others)) {
      it(`gives ${what}`, async () => {
        const error = await refusal(runPatiently(module, [1]), RefusedError, 'RESULT_INVALID')
        expect([error.field, error.received]).to.deep.equal(['inputs[0]', received])
      })
    }
  })

  describe('is not called with', () => {
    for (const wrong of [1.5, 2 ** 31, -(2 ** 31) - 1, -0, Number.NaN, '1', 1n, null, undefined, {}]) {
      it(`${Object.is(wrong, -0) ? '-0' : `${typeof wrong} ${wrong}`} as an input`, async () => {
        const inputs = [1, wrong] as number[]
        const error = await refusal(runPatiently(mixing, inputs), ConfigError, 'ARGUMENT_INVALID')
        expect(error.field).to.equal('inputs[1]')
      })
    }

    it('more inputs than it may, before one is looked at', async () => {
      const error = await refusal(runPatiently(mixing, new Array(10_001)), RefusedError, 'INPUTS_TOO_MANY')
      expect([error.expected, error.received]).to.deep.equal(['at most 10000', 10_001])
      await refusal(runPatiently(mixing, [1, 2], { maxInputs: 1 }), RefusedError, 'INPUTS_TOO_MANY')
    })

    it('something else than bytes, lists and options', async () => {
      for (const [module, inputs, options, field] of [
        ['AGFzbQ==', [1], {}, 'module'],
        [mixing, 1, {}, 'inputs'],
        [mixing, { length: 2 ** 40 }, {}, 'inputs'],
        [mixing, [1], { timeout: 0 }, 'options.timeout'],
        [mixing, [1], { timeout: Number.NaN }, 'options.timeout'],
        [mixing, [1], { maxPages: 65_537 }, 'options.maxPages'],
      ] as [Uint8Array, number[], object, string][]) {
        const error = await refusal(runPatiently(module, inputs, options), ConfigError, 'ARGUMENT_INVALID')
        expect(error.field).to.equal(field)
      }
      const misspelt = { time: 5 } as object
      await refusal(runPatiently(mixing, [1], misspelt), ConfigError, 'OPTION_UNKNOWN')
    })
  })
})
