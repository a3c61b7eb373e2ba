import type { Hex } from '../protocol/types.ts'

/** First account of every development chain. Its key is public knowledge: money on a real chain would be gone. */
export const DEVELOPMENT_KEY: Hex = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
