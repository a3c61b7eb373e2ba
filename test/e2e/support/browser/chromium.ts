import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A page would tell its address by a name of multicast DNS, which a machine without it cannot look up.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--host-resolver-rules=MAP insecure.example 127.0.0.1',
  // A machine without a network has only this.
  '--allow-loopback-in-peer-connection',
]

/** Where Chromium is, `CHROMIUM` before all others; undefined when there is none. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path))
}

/** @param executablePath see `chromiumPath` */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS })
}
