/** Comparing the interface of a contract of ours with that of the public reference. */
import type { Interface } from 'ethers'

interface Fragment {
  name: string
  stateMutability?: string
  inputs: { type: string; indexed?: boolean }[]
  outputs?: { type: string }[]
}

/** The functions, or the events, of an interface, each as what a caller depends on. */
export const shapes = (abi: Interface, type: string) =>
  abi.fragments
    .filter((fragment) => fragment.type === type)
    .map((fragment) => shapeOf(JSON.parse(fragment.format('json'))))

/** Name, mutability, types of inputs and outputs, which event fields are indexed. */
function shapeOf(fragment: Fragment): string {
  const list = (params: { type: string; indexed?: boolean }[] = []) =>
    params.map(({ type, indexed }) => type + (indexed ? ' indexed' : '')).join()
  return `${fragment.name}(${list(fragment.inputs)}) ${fragment.stateMutability ?? ''} (${list(fragment.outputs)})`
}
