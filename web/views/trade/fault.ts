/** Why a purchase does not go on, and what to do. */
export class PurchaseFault extends Error {
  override readonly name = 'PurchaseFault'
  readonly remedy: string

  constructor(message: string, remedy: string) {
    super(message)
    this.remedy = remedy
  }
}
