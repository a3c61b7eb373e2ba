import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatDecimal,
  multiply,
  parseDecimal,
  parseNumber,
  roundHalfEven,
  toUnits,
} from '../../community/decimal.ts'
import { formatMoney, parseMoney } from '../../community/money.ts'

describe('decimals', () => {
  it('round a tie to the even integer and everything else to the nearest', () => {
    const round = (text: string) => roundHalfEven(parseDecimal(text) ?? { units: -1n, scale: 0 })
    const cases = {
      '0.5': 0n,
      '1.5': 2n,
      '2.5': 2n,
      '2.51': 3n,
      '2.49': 2n,
      '81.0': 81n,
      '7.': 7n,
      '0.05': 0n,
    }
    for (const [text, wanted] of Object.entries(cases)) expect(round(text), text).to.equal(wanted)
  })

  it('stay within half a unit of the exact value', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 9 }), (units, scale) => {
        const twice = 2n * (roundHalfEven({ units, scale }) * 10n ** BigInt(scale) - units)
        expect(twice <= 10n ** BigInt(scale) && -twice <= 10n ** BigInt(scale)).to.equal(true)
      }),
    )
  })

  it('multiply exactly where doubles do not', () => {
    const [a, b] = [parseDecimal('1.1'), parseDecimal('0.1')]
    expect(a && b && multiply(a, b)).to.deep.equal({ units: 11n, scale: 2 })
  })

  it('refuse signs, exponents, separators and blanks', () => {
    for (const text of ['-1', '+1', '1e3', '1,000', ' 1', '', '.5', '0x1', 'NaN', '1'.repeat(16)]) {
      expect(parseDecimal(text), text).to.equal(undefined)
    }
  })

  it('are read as JSON writes them, and written in full', () => {
    const cases = {
      '-2.5': '-2.5',
      '1e3': '1000',
      '-0.05E-2': '-0.0005',
      '1.00002': '1.00002',
      '7': '7',
      '2.50': '2.5',
    }
    for (const [text, wanted] of Object.entries(cases)) {
      expect(formatDecimal(parseNumber(text) ?? { units: 0n, scale: 0 }), text).to.equal(wanted)
    }
    for (const text of [
      '',
      '-',
      '+1',
      '1e',
      'e3',
      '1.2.3',
      '1e100',
      'NaN',
      'Infinity',
      '0x1',
      '0.3000000000001',
    ]) {
      expect(parseNumber(text), text).to.equal(undefined)
    }
  })

  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        // Fifteen digits are what is read before the point.
        fc.bigInt({ min: 1n - 10n ** 15n, max: 10n ** 15n - 1n }),
        fc.integer({ min: 0, max: 12 }),
        (units, scale) => {
          const { units: read = 0n, scale: places = 0 } = parseNumber(formatDecimal({ units, scale })) ?? {}
          expect(read * 10n ** BigInt(scale - places)).to.equal(units)
        },
      ),
    )
  })

  it('become units only when nothing is lost', () => {
    expect(toUnits({ units: 3_000_000_0n, scale: 8 }, 6)).to.equal(300_000n)
    expect(toUnits({ units: 1n, scale: 7 }, 6)).to.equal(undefined)
  })
})

describe('money', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (minorUnits) => {
        expect(parseMoney(formatMoney(minorUnits), 'amount')).to.equal(minorUnits)
      }),
    )
  })

  it('is rounded for display, half away from zero', () => {
    expect(formatMoney(1_234_567n, 2)).to.equal('1.23')
    expect(formatMoney(-1_235_000n, 2)).to.equal('-1.24')
    expect(formatMoney(999_999n, 2)).to.equal('1.00')
    expect(formatMoney(1_500_000n, 0)).to.equal('2')
  })

  it('names the option that cannot be used', () => {
    expect(() => parseMoney('-0.3', '--retail'))
      .to.throw('--retail')
      .with.property('code', 'MONEY_INVALID')
    expect(() => parseMoney('0.1234567', '--retail')).to.throw('six decimals')
  })
})
