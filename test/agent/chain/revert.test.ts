import { expect } from 'chai'
import { BaseError, encodeErrorResult, RpcRequestError, zeroAddress } from 'viem'
import { isLasting, revertReason } from '../../../agent/chain/revert.ts'
import { intentEscrowAbi, stakeVaultAbi, testDollarAbi } from '../../../protocol/abis/index.ts'
import { ChainError } from '../../../protocol/errors.ts'

const feeMismatch = encodeErrorResult({ abi: intentEscrowAbi, errorName: 'FeeMismatch', args: [24, 25] })
const shortOfStake = encodeErrorResult({
  abi: stakeVaultAbi,
  errorName: 'InsufficientStake',
  args: [7n, zeroAddress, zeroAddress, 1n, 2n],
})

describe('revertReason', () => {
  it('names the custom error of any of our contracts, with its arguments', () => {
    expect(revertReason({ data: feeMismatch })).to.equal('FeeMismatch(24, 25)')
    expect(revertReason({ data: shortOfStake })).to.equal(
      `InsufficientStake(7, ${zeroAddress}, ${zeroAddress}, 1, 2)`,
    )
    const short = encodeErrorResult({
      abi: testDollarAbi,
      errorName: 'ERC20InsufficientBalance',
      args: [zeroAddress, 1n, 2n],
    })
    expect(revertReason({ data: short })).to.equal(`ERC20InsufficientBalance(${zeroAddress}, 1, 2)`)
    expect(
      revertReason({ data: encodeErrorResult({ abi: intentEscrowAbi, errorName: 'ZeroLot' }) }),
    ).to.equal('ZeroLot()')
  })

  const wrappings: Record<string, unknown> = {
    'data in data': { data: { data: feeMismatch } },
    'a cause': new Error('outer', { cause: { data: feeMismatch } }),
    'causes of causes': new Error('a', { cause: new Error('b', { cause: { data: { data: feeMismatch } } }) }),
    "viem's own errors": new BaseError('outer', {
      cause: new RpcRequestError({
        body: {},
        url: 'http://127.0.0.1',
        error: { code: 3, message: 'execution reverted', data: feeMismatch },
      }),
    }),
  }
  for (const [what, error] of Object.entries(wrappings)) {
    it(`finds it in ${what}`, () => {
      expect(revertReason(error)).to.equal('FeeMismatch(24, 25)')
    })
  }

  it("gives the node's own words for what it does not know", () => {
    expect(revertReason(new Error('connection refused'))).to.equal('connection refused')
    expect(revertReason(new BaseError('short', { details: 'nonce too low' }))).to.equal('nonce too low')
    expect(revertReason(new BaseError('short'))).to.equal('short')
    expect(revertReason('a text')).to.equal('a text')
    expect(revertReason(undefined)).to.equal('undefined')
    const foreign = Object.assign(new Error('reverted with a foreign error'), { data: '0x01020304' })
    expect(revertReason(foreign)).to.equal('reverted with a foreign error')
    const cut = Object.assign(new Error('cut off'), { data: feeMismatch.slice(0, 20) })
    expect(revertReason(cut)).to.equal('cut off')
  })

  it('comes to an end with an error that is its own cause', () => {
    const error = new Error('round')
    error.cause = error
    expect(revertReason(error)).to.equal('round')
  })
})

describe('isLasting', () => {
  const refused = (received: string, code = 'CALL_REVERTED') =>
    new ChainError(code, 'no', { received, remedy: '' })

  it('tells a reason that stays from one that may pass, and from what nobody knows', () => {
    expect(isLasting(refused('InvalidSignature(0x00)'))).to.equal(true)
    expect(isLasting(refused('SellerNotBound(0x00, 1, 2)'))).to.equal(true)
    expect(isLasting(refused('BalanceTooLow(0x00, 0x00, 1, 2)'))).to.equal(false)
    expect(isLasting(refused('InsufficientStake(7, 0x00, 0x00, 1, 2)'))).to.equal(false)
    expect(isLasting(refused('execution reverted'))).to.equal(false)
    expect(isLasting(refused('InvalidSignature(0x00)', 'TRANSACTION_FAILED'))).to.equal(false)
    expect(isLasting(new Error('InvalidSignature(0x00)'))).to.equal(false)
  })
})
