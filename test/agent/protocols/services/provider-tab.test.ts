import { expect } from 'chai'
import { zeroHash } from 'viem'
import { Deals } from '../../../../agent/policy/deals.ts'
import { memoryJournal } from '../../../../agent/policy/journal.ts'
import type { SignedAnswer } from '../../../../agent/protocols/services/answers.ts'
import { ProviderTab } from '../../../../agent/protocols/services/provider-tab.ts'
import { TabRecord } from '../../../../agent/protocols/services/tab-record.ts'
import { signVoucher, voucherOf } from '../../../../agent/protocols/services/vouchers.ts'
import { escrowDomain } from '../../../../protocol/deployment.ts'
import { deployment } from '../../../e2e/support/deployment.ts'
import { sampleDeal } from '../../support/deals.ts'
import { newIdentity } from '../../support/intents.ts'

const CREDIT = 2
const domain = escrowDomain(deployment)

/** A tab for ten answers. */
async function openTab() {
  const buyer = newIdentity()
  const sample = sampleDeal({ role: 'seller', state: 'opened' })
  const agreement = { ...sample.agreement, buyer: buyer.address, quantity: 10n }
  const deal = { ...sample, agreement, tab: { answers: 0n, credit: CREDIT } }
  const deals = new Deals(memoryJournal())
  await deals.begin(deal)
  const record = new TabRecord({ deals, report: (error) => Promise.reject(error) }, deal)
  const tab = new ProviderTab(deal, record, domain)
  const voucher = (quantity: bigint, by = buyer) =>
    voucherOf(signVoucher(by, domain, deal.id, { quantity, evidence: zeroHash }))
  return { tab, voucher, deals, deal }
}

const answer = {} as SignedAnswer
const work = async () => answer
const codeOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return (error as { code?: string }).code
  }
  return undefined
}

describe('ProviderTab', () => {
  it('gives no more on credit than it says, and goes on when a voucher comes', async () => {
    const { tab, voucher } = await openTab()
    await tab.once(1n, work)
    await tab.once(2n, work)
    expect(codeOf(() => tab.once(3n, work))).to.equal('CREDIT_EXCEEDED')
    tab.take(voucher(1n))
    await tab.once(3n, work)
    expect(codeOf(() => tab.once(4n, work))).to.equal('CREDIT_EXCEEDED')
    expect(tab.owed).to.equal(2n)
  })

  it('counts what is under way as given', async () => {
    const { tab } = await openTab()
    const { promise, resolve } = Promise.withResolvers<SignedAnswer>()
    const underWay = [1n, 2n].map((number) => tab.once(number, () => promise))
    expect(codeOf(() => tab.once(3n, work))).to.equal('CREDIT_EXCEEDED')
    resolve(answer)
    await Promise.all(underWay)
    expect(tab.owed).to.equal(2n)
  })

  it('answers a repeated question once, and charges it once', async () => {
    const { tab } = await openTab()
    let count = 0
    const counted = async () => {
      count += 1
      return answer
    }
    const both = [tab.once(1n, counted), tab.once(1n, counted)]
    await Promise.all(both)
    await tab.once(1n, counted)
    expect([count, tab.owed]).to.deep.equal([1, 1n])
  })

  it('charges nothing for a question that it failed to answer, which can be asked again', async () => {
    const { tab } = await openTab()
    const failing = () => Promise.reject(new Error('failed'))
    for (let attempt = 0; attempt < 5; attempt++) await tab.once(1n, failing).catch(() => undefined)
    expect(tab.owed).to.equal(0n)
    expect(await tab.once(1n, work)).to.equal(answer)
  })

  it('answers no more than was agreed', async () => {
    const { tab, voucher } = await openTab()
    for (let number = 1n; number <= 10n; number++) {
      await tab.once(number, work)
      tab.take(voucher(number))
    }
    expect(codeOf(() => tab.once(11n, work))).to.equal('TAB_USED_UP')
  })

  it('takes no voucher that its buyer did not sign, and none that is for less', async () => {
    const { tab, voucher } = await openTab()
    expect(codeOf(() => tab.take(voucher(2n, newIdentity())))).to.equal('SIGNER_WRONG')
    const signed = voucher(2n)
    tab.take(signed)
    expect(
      codeOf(() => tab.take({ ...signed, quantity: 5n })),
      'an edited one',
    ).to.equal('SIGNER_WRONG')
    tab.take(voucher(1n))
    expect(tab.voucher?.value.quantity).to.equal(2n)
  })

  it('takes no voucher that the escrow would not pay: for more than was agreed', async () => {
    const { tab, voucher } = await openTab()
    expect(codeOf(() => tab.take(voucher(11n)))).to.equal('VOUCHER_TOO_HIGH')
    expect(tab.voucher).to.equal(undefined)
    tab.take(voucher(10n))
    expect(tab.voucher?.value.quantity).to.equal(10n)
  })

  it('counts as given what was paid for, when it has forgotten giving it', async () => {
    const { tab, voucher } = await openTab()
    tab.take(voucher(9n))
    await tab.once(10n, work)
    expect(codeOf(() => tab.once(11n, work))).to.equal('TAB_USED_UP')
  })

  it('is in the journal when it is saved, and not written down for an agreement that has ended', async () => {
    const { tab, voucher, deals, deal } = await openTab()
    await tab.once(1n, work)
    tab.take(voucher(1n))
    await tab.record.save()
    expect(deals.get(deal.id)?.tab).to.deep.include({ answers: 1n, credit: CREDIT, voucher: tab.voucher })
    await deals.change(deal.id, { state: 'settled' })
    await tab.record.save()
  })
})
