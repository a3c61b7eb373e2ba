/** One guard of a contract, broken in one way. */
export interface Mutant {
  /** What would go wrong. */
  fault: string
  /** The contract's file below `contracts/`. */
  file: string
  /** Text that occurs once in the file. */
  find: string
  replace: string
  /** Folders and files, without `.ts`, below `test/contracts/` of which at least one test must fail. */
  tests: readonly string[]
}
