/** Unix seconds of this machine. */
export function machineTime(): bigint {
  return BigInt(Math.floor(Date.now() / 1000))
}
