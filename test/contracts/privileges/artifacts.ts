/** What the compiler made of our contracts, mocks and interfaces left out. */
import { readdirSync, readFileSync } from 'node:fs'
import { Interface, type InterfaceAbi } from 'ethers'

export interface Built {
  name: string
  interface: Interface
  /** Code as it is deployed, in hexadecimal. */
  code: string
}

const folder = new URL('../../../artifacts/contracts/', import.meta.url)

function read(path: string): Built {
  const { contractName, abi, deployedBytecode } = JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as {
    contractName: string
    abi: InterfaceAbi
    deployedBytecode: string
  }
  return { name: contractName, interface: new Interface(abi), code: deployedBytecode }
}

/** Abstract contracts have no code, and libraries no functions of their own. */
export function builtContracts(): Built[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.sol\/\w+\.json$/.test(path) && !/^(mocks|interfaces|libraries)\//.test(path))
  return paths.map(read).filter(({ code }) => code !== '0x')
}

/** The names of the functions that can change something. */
export function changing({ interface: abi }: Built): string[] {
  const names: string[] = []
  abi.forEachFunction(({ name, constant }) => {
    if (!constant) names.push(name)
  })
  return names
}

/** The selectors of all functions, eight digits each. */
export function selectorsOf(abi: Interface): string[] {
  const selectors: string[] = []
  abi.forEachFunction(({ selector }) => {
    selectors.push(selector.slice(2))
  })
  return selectors
}

const DELEGATECALL = 0xf4
const CALLCODE = 0xf2
const SELFDESTRUCT = 0xff
const ADDRESS = 0x30

/** The opcodes of code in their order, without what is pushed and without the compiler's metadata at the end. */
export function opcodesOf(code: string): number[] {
  const bytes = Buffer.from(code.slice(2), 'hex')
  const end = bytes.length - bytes.readUInt16BE(bytes.length - 2) - 2
  const opcodes: number[] = []
  for (let i = 0; i < end; ++i) {
    const opcode = bytes[i] as number
    opcodes.push(opcode)
    const isPush = opcode >= 0x60 && opcode <= 0x7f
    if (isPush) i += opcode - 0x5f
  }
  return opcodes
}

/**
 * How often opcodes could run code that is not the contract's own, or end it. A contract that delegates to itself puts
 * its own address on the stack, then the gas, and calls.
 */
export function foreignCode(opcodes: number[]): number {
  const isForeign = (opcode: number, i: number) =>
    opcode === CALLCODE || opcode === SELFDESTRUCT || (opcode === DELEGATECALL && opcodes[i - 2] !== ADDRESS)
  return opcodes.filter(isForeign).length
}
