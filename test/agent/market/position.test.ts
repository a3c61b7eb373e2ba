import { expect } from 'chai'
import fc from 'fast-check'
import { Position } from '../../../agent/market/position.ts'

/** What a position has to be, kept by plain addition. */
interface Model {
  total: bigint
  committed: bigint
  reserved: Map<number, bigint>
}

/** What happens to a position: negotiations are named by small numbers, so that they meet again. */
type Operation =
  | { type: 'reserve'; negotiation: number; quantity: bigint }
  | { type: 'conclude'; negotiation: number; agreed: bigint }
  | { type: 'revoke'; quantity: bigint }

const quantity = fc.oneof(fc.bigInt({ min: -3n, max: 30n }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }))
const negotiation = fc.nat({ max: 3 })
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant('reserve' as const), negotiation, quantity }),
  fc.record({ type: fc.constant('conclude' as const), negotiation, agreed: quantity }),
  fc.record({ type: fc.constant('revoke' as const), quantity }),
)

function sum(values: Iterable<bigint>): bigint {
  return [...values].reduce((all, value) => all + value, 0n)
}

/** Applies an operation to the model. @returns false when it is not possible */
function apply(model: Model, next: Operation): boolean {
  const { total, committed, reserved } = model
  if (next.type === 'revoke') {
    if (next.quantity < 0n || next.quantity > committed) return false
    model.committed -= next.quantity
    return true
  }
  const others = sum(reserved.values()) - (reserved.get(next.negotiation) ?? 0n)
  const wanted = next.type === 'reserve' ? next.quantity : next.agreed
  if (wanted < 0n || wanted > total - committed - others) return false
  if (next.type === 'reserve') {
    reserved.set(next.negotiation, wanted)
  } else {
    reserved.delete(next.negotiation)
    model.committed += wanted
  }
  return true
}

function run(position: Position, names: readonly object[], next: Operation): boolean {
  try {
    if (next.type === 'revoke') position.revoke(next.quantity)
    else if (next.type === 'reserve') position.reserve(names[next.negotiation] ?? {}, next.quantity)
    else position.conclude(names[next.negotiation] ?? {}, next.agreed)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

describe('Position', () => {
  it('does what addition says, whatever happens to it, and never has less than nothing of anything', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -40n, max: 40n }),
        fc.array(operation, { maxLength: 30 }),
        (net, operations) => {
          const position = new Position(net)
          const names = Array.from({ length: 4 }, () => ({}))
          const model: Model = { total: net < 0n ? -net : net, committed: 0n, reserved: new Map() }
          for (const next of operations) {
            expect(run(position, names, next), `possible: ${next.type}`).to.equal(apply(model, next))
            const reserved = sum(model.reserved.values())
            expect(position.committed).to.equal(model.committed)
            expect(position.reserved).to.equal(reserved)
            expect(position.total).to.equal(position.free + position.reserved + position.committed)
            expect(position.free >= 0n && position.reserved >= 0n && position.committed >= 0n).to.equal(true)
            names.forEach((name, i) => {
              const own = model.reserved.get(i) ?? 0n
              expect(position.available(name)).to.equal(model.total - model.committed - reserved + own)
            })
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('buys what is missing and sells what is left over', () => {
    expect(new Position(-5n)).to.deep.include({ side: 'buy', total: 5n })
    expect(new Position(5n)).to.deep.include({ side: 'sell', total: 5n })
    expect(new Position(0n)).to.deep.include({ total: 0n })
  })

  it('lets a negotiation change what it has reserved, up to all that others leave', () => {
    const position = new Position(10n)
    const [one, other] = [{}, {}]
    position.reserve(one, 4n)
    position.reserve(other, 6n)
    expect([position.free, position.available(one), position.available(other)]).to.deep.equal([0n, 4n, 6n])
    expect(() => position.reserve(one, 5n)).to.throw(RangeError)
    position.reserve(other, 2n)
    position.reserve(one, 8n)
    expect([position.reserved, position.free]).to.deep.equal([10n, 0n])
  })
})
