/** What a wallet or the chain behind it refused, and what to do. */
export class WalletFault extends Error {
  override readonly name = 'WalletFault'
  readonly remedy: string

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options)
    this.remedy = remedy
  }
}

/** Code of EIP-1193 for what the user declined. */
const DECLINED = 4001
/** The longest message of a wallet or of a chain that is shown. */
const LONGEST = 200

/** Whatever was thrown, in words. */
export function toWalletFault(error: unknown): WalletFault {
  if (error instanceof WalletFault) return error
  if (codeOf(error) === DECLINED) {
    return new WalletFault(
      'The wallet was told not to.',
      'Nothing was sent. Begin again if that was a mistake.',
    )
  }
  const { shortMessage, message } = error as { shortMessage?: string; message?: string }
  const remedy = 'Nothing is known to have been sent; see what the account did before you try again.'
  const words = (shortMessage ?? message ?? String(error)).slice(0, LONGEST)
  return new WalletFault(words, remedy, { cause: error })
}

/** viem wraps what a provider threw. */
function codeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  return typeof code === 'number' ? code : codeOf(cause)
}
