import { expect } from 'chai'
import { ChainError, MeshError, SignatureError, WireError } from '../../protocol/errors.ts'

describe('MeshError', () => {
  it('says what happened, where, both values, and what to do', () => {
    const error = new WireError('LENGTH_WRONG', 'A field has the wrong length.', {
      field: 'intent.agent',
      expected: '20 bytes',
      received: 19n,
      remedy: 'Send 20.',
    })
    expect(error.message.split('\n').map((line) => line.trim())).to.deep.equal([
      'A field has the wrong length.',
      'Field: intent.agent',
      'Expected: 20 bytes',
      'Received: 19',
      'Remedy: Send 20.',
    ])
    expect(error).to.be.instanceOf(MeshError).that.includes({ name: 'WireError', code: 'LENGTH_WRONG' })
  })

  it('is no longer than it has to be, whatever a peer sent', () => {
    const error = new WireError('X', 'Short.', { received: 'x'.repeat(100_000) })
    expect(error.message.length).to.be.below(450)
    expect(error.received).to.have.lengthOf(100_000)
    expect(new MeshError('X', 'Short.', { remedy: 'None.' }).message).to.equal('Short.\n  Remedy: None.')
  })

  it('shows what would direct a terminal, wherever it came from', () => {
    const { message } = new WireError('X', 'Short.', {
      field: 'parameters.\u001b[2J',
      expected: 'a\tb\nc é 🙂',
      received: '\u001b]0;title\u0007 \u009b2J \u202e',
    })
    expect(message).to.include('Field: parameters.\\u{1b}[2J\n')
    expect(message).to.include('Expected: a\tb\nc é 🙂\n')
    expect(message).to.include('Received: \\u{1b}]0;title\\u{7} \\u{9b}2J \\u{202e}\n')
  })

  it('says that there is something also where that cannot be written', () => {
    let deep: unknown[] = []
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    for (const received of [deep, { toString: 1 }, Object.create(null)]) {
      expect(new WireError('X', 'Short.', { received }).message).to.include('Received: object that cannot')
    }
  })

  it('is found by walking from an error to its causes, itself first', () => {
    const root = new TypeError('root')
    const inner = new SignatureError('SIGNER_WRONG', 'Inner.', { cause: root })
    const outer = new ChainError('CALL_REVERTED', 'Outer.', {
      remedy: 'None.',
      cause: new Error('between', { cause: inner }),
    })
    expect(outer.walk((error) => error instanceof MeshError)).to.equal(outer)
    expect(outer.walk((error) => error instanceof SignatureError)).to.equal(inner)
    expect(outer.walk((error) => error instanceof TypeError)).to.equal(root)
    expect(outer.walk((error) => error instanceof RangeError)).to.equal(undefined)
  })

  it('is walked to an end when causes form a circle', () => {
    const error = new MeshError('X', 'Round.', { remedy: 'None.' })
    error.cause = error
    expect(error.walk(() => false)).to.equal(undefined)
  })
})
