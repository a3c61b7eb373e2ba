import { expect } from 'chai'
import { missingPackages } from '../../cli/optional-packages.ts'

describe('optional packages', () => {
  it('are told all at once, with their versions, when they are missing', () => {
    const missing = missingPackages((name) => name !== 'express' && name !== 'helmet')
    expect(missing.map((each) => each.replace(/@\d+\.\d+\.\d+$/, ''))).to.deep.equal(['express', 'helmet'])
    expect(missing.join(' ')).to.match(/^express@\d\S+ helmet@\d\S+$/)
  })

  it('are all found where they are installed', () => {
    expect(missingPackages()).to.deep.equal([])
  })
})
