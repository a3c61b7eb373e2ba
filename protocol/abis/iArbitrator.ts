// Generated from contracts/ by scripts/generate-abis.ts. Do not edit.
export const iArbitratorAbi = [
  {"inputs":[{"internalType":"uint256","name":"amount","type":"uint256"}],"name":"bondFor","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"components":[{"internalType":"bytes32","name":"id","type":"bytes32"},{"internalType":"address","name":"plaintiff","type":"address"},{"internalType":"address","name":"defendant","type":"address"},{"internalType":"address","name":"bonder","type":"address"},{"internalType":"address","name":"token","type":"address"},{"internalType":"uint128","name":"amount","type":"uint128"}],"internalType":"struct Case","name":"dispute","type":"tuple"}],"name":"createDispute","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"inputs":[],"name":"maxDuration","outputs":[{"internalType":"uint32","name":"","type":"uint32"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"internalType":"address","name":"arbitrable","type":"address"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"rulingOf","outputs":[{"internalType":"enum IArbitrator.Ruling","name":"ruling","type":"uint8"},{"internalType":"uint16","name":"defendantBps","type":"uint16"}],"stateMutability":"view","type":"function"},
] as const
