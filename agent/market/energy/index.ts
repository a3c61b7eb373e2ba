/** A community's energy, slot by slot, without chain or network. */
export { type Battery, type BatteryRange, checkBattery, rangeOf, storedAfter } from './battery.ts'
export { type Fairness, type MarketKpis, marketKpis, usualSlotRollup } from './market-kpis.ts'
export {
  type Simulation,
  type SimulationRules,
  type SlotOutcome,
  simulateSlots,
} from './simulate.ts'
export { type PlannedSlot, type SimulatedHome, type SimulatedSlot, type SlotOutlook, World } from './world.ts'
