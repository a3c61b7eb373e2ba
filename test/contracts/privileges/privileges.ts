import { expect } from '../base.ts'
import { allowed } from './allowed.ts'
import { builtContracts, changing, foreignCode, opcodesOf, selectorsOf } from './artifacts.ts'

const contracts = builtContracts()
const governance = ['MeshDirectory', 'MeshGovernor', 'MeshTimelock', 'MeshToken', 'Guardian']

/** Words of power, and what settings begin with: a function with one of them has to be allowed by name. */
const words = new RegExp(
  [
    'paus|freez|halt|kill|owner|admin|upgrade|initiali[sz]|role|guard|govern|mint|blocklist|blacklist|ban$|rescue',
    'sweep|migrate|relay|schedule|execute|implementation|proxy|admit|dismiss|expel|forbid|deny|whitelist|allowlist',
  ].join('|'),
  'i',
)
const beginnings = /^(set|unset|update|change|replace|grant|revoke|renounce|add|remove|enable|disable)[A-Z]/
const isPowerful = (name: string) => words.test(name) || beginnings.test(name)

describe('privileges', () => {
  it('finds the contracts', () => {
    const names = contracts.map(({ name }) => name)
    expect(names).to.include.members([
      ...governance,
      'IdentityRegistry',
      'IntentEscrow',
      'Ledger',
      'StakeVault',
      'Treasury',
    ])
  })

  for (const contract of contracts) {
    it(`${contract.name}: every function of power is known, with who may call it and what it reaches`, () => {
      const unknown = changing(contract).filter(
        (name) => isPowerful(name) && allowed[contract.name]?.[name] === undefined,
      )
      expect(unknown).to.deep.equal([])
    })

    it(`${contract.name}: can be neither paused nor owned`, () => {
      const names = contract.interface.fragments.map((fragment) => ('name' in fragment ? fragment.name : ''))
      const found = names.filter((name) =>
        /^(paused?|unpause|owner|transferOwnership|acceptOwnership|renounceOwnership|implementation|upgradeTo.*)$/i.test(
          name as string,
        ),
      )
      expect(found).to.deep.equal([])
    })

    it(`${contract.name}: stays the code that it is, and runs no other in its place`, () => {
      expect(foreignCode(opcodesOf(contract.code))).to.equal(0)
    })
  }

  it('keeps governance out of the contracts that hold money: they know no timelock and ask no directory', () => {
    const others = contracts.filter(({ name }) => !governance.includes(name))
    const theirs = new Set(others.flatMap(({ interface: abi }) => selectorsOf(abi)))
    const directory = contracts.find(({ name }) => name === 'MeshDirectory')?.interface
    const questions = directory ? selectorsOf(directory).filter((selector) => !theirs.has(selector)) : []
    expect(questions.length).to.be.greaterThan(30)
    for (const { name, interface: abi, code } of others) {
      // PUSH4 and the selector: how a contract that calls one of these has to name it.
      expect(
        questions.filter((selector) => code.includes(`63${selector}`)),
        name,
      ).to.deep.equal([])
      const inputs = abi.deploy.inputs.map((input) => `${input.type} ${input.name}`)
      expect(
        inputs.filter((input) => /owner|admin|govern|timelock|guard|director/i.test(input)),
        name,
      ).to.deep.equal([])
    }
  })

  it('does not overlook an opcode of power', () => {
    // PUSH1 f4, ADDRESS, GAS, DELEGATECALL, and two bytes of metadata with their length.
    expect(foreignCode(opcodesOf('0x60f4305af4ffff0002'))).to.equal(0)
    expect(foreignCode(opcodesOf('0x60f4335af4ffff0002'))).to.equal(1)
    expect(foreignCode(opcodesOf('0x60f4f2ffffff0002'))).to.equal(2)
  })

  it('does not overlook a function of power', () => {
    const samples = [
      'pause',
      'setFee',
      'transferOwnership',
      'upgradeToAndCall',
      'mint',
      'grantRole',
      'emergencyHalt',
    ]
    expect(samples.filter((sample) => !isPowerful(sample))).to.deep.equal([])
    expect(['settle', 'withdraw', 'refund', 'claim', 'deposit'].filter(isPowerful)).to.deep.equal([])
  })
})
