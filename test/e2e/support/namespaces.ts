import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A host behind a router of its own that translates addresses, as most homes are. */
export interface Site {
  /** Network namespace of the host. */
  readonly host: string
  /** Network namespace of the router, which has a public address. */
  readonly router: string
  /** The host's address in its own network. */
  readonly privateAddress: string
  /** The router's address towards the others. */
  readonly publicAddress: string
  /** Lets nothing pass between this site and another one, or anything again. */
  block(other: Site, blocked: boolean): void
  /** Packets of this site that went to another one straight away. */
  packetsTo(other: Site): number
  /** Lets others reach the router itself at TCP ports. */
  open(ports: readonly number[]): void
  /** Cuts the site off from all others, or connects it again. */
  connect(connected: boolean): void
}

/** A small internet: one public host, and sites that reach one another through it. */
export interface Internet {
  /** Network namespace of the public host. */
  readonly host: string
  readonly address: string
  readonly sites: readonly [Site, Site]
  /** Removes everything, with what runs in it. */
  remove(): void
}

/** Public addresses, or nobody would announce them; nothing of it leaves the namespaces. */
const NETWORK = '44.44.0'

/** Why no network namespaces can be made here, undefined when they can. */
export function namespacesMissing(): string | undefined {
  const probe = `mesh-probe-${process.pid}`
  try {
    run('ip', 'netns', 'add', probe)
    run('ip', 'netns', 'exec', probe, 'nft', 'list', 'ruleset')
    return undefined
  } catch (error) {
    return String(error)
  } finally {
    spawnSync('ip', ['netns', 'del', probe])
  }
}

export function makeInternet(): Internet {
  const prefix = `mesh-${process.pid}`
  const host = `${prefix}-public`
  const made: string[] = []
  const add = (name: string) => {
    run('ip', 'netns', 'add', name)
    made.push(name)
    run('ip', '-n', name, 'link', 'set', 'lo', 'up')
  }
  const remove = () => {
    process.off('exit', remove)
    removeNamespaces(made.splice(0))
  }
  process.on('exit', remove)
  removeNamespaces(leftOver())
  try {
    add(host)
    ip(host, 'link add br0 type bridge')
    ip(host, `addr add ${NETWORK}.1/24 dev br0`)
    ip(host, 'link set br0 up')
    const sites = [makeSite(1), makeSite(2)] as const
    return { host, address: `${NETWORK}.1`, sites, remove }
  } catch (error) {
    remove()
    throw error
  }

  function makeSite(number: number): Site {
    const router = `${prefix}-router${number}`
    const home = `${prefix}-home${number}`
    const publicAddress = `${NETWORK}.1${number}`
    const privateAddress = `192.168.${number}.2`
    add(router)
    add(home)
    run('ip', ...words(`link add wan netns ${router} type veth peer name site${number} netns ${host}`))
    ip(host, `link set site${number} master br0 up`)
    ip(router, `addr add ${publicAddress}/24 dev wan`)
    ip(router, 'link set wan up')
    run('ip', ...words(`link add lan netns ${router} type veth peer name eth0 netns ${home}`))
    ip(router, `addr add 192.168.${number}.1/24 dev lan`)
    ip(router, 'link set lan up')
    ip(home, `addr add ${privateAddress}/24 dev eth0`)
    ip(home, 'link set eth0 up')
    ip(home, `route add default via 192.168.${number}.1`)
    run('ip', 'netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
    // As a home's router is set: what is inside gets out, and only answers get in.
    nft(
      router,
      `table ip home {
         chain nat { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }
         chain pass { type filter hook forward priority filter; policy drop;
           jump blocked
           jump counted
           iifname "lan" accept
           ct state established,related accept
         }
         chain guard { type filter hook input priority filter; iifname "wan" ct state new drop; }
         chain blocked { }
         chain counted { }
       }`,
    )
    return {
      host: home,
      router,
      privateAddress,
      publicAddress,
      block(other, blocked) {
        nft(router, 'flush chain ip home blocked')
        if (!blocked) return
        nft(router, `add rule ip home blocked ip daddr ${other.publicAddress} drop`)
        nft(router, `add rule ip home blocked ip saddr ${other.publicAddress} drop`)
      },
      packetsTo(other) {
        const list = () => run('ip', 'netns', 'exec', router, 'nft', 'list', 'chain', 'ip', 'home', 'counted')
        const pattern = new RegExp(`daddr ${other.publicAddress} counter packets (\\d+)`)
        const found = pattern.exec(list())?.[1]
        if (found === undefined)
          nft(router, `add rule ip home counted ip daddr ${other.publicAddress} counter`)
        return Number(found ?? 0)
      },
      open(ports) {
        for (const port of ports) nft(router, `insert rule ip home guard tcp dport ${port} accept`)
      },
      connect(connected) {
        ip(router, `link set wan ${connected ? 'up' : 'down'}`)
      },
    }
  }
}

/** Namespaces of runs that were killed. */
function leftOver(): string[] {
  const names = run('ip', 'netns', 'list')
    .split('\n')
    .map((line) => line.split(' ', 1)[0] ?? '')
  return names.filter((name) => {
    const pid = /^mesh-(\d+)-/.exec(name)?.[1]
    return pid !== undefined && !existsSync(`/proc/${pid}`)
  })
}

function removeNamespaces(names: string[]): void {
  for (const name of names) {
    const pids = run('ip', 'netns', 'pids', name).split('\n').filter(Boolean)
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    run('ip', 'netns', 'del', name)
  }
}

function ip(namespace: string, command: string): void {
  run('ip', '-n', namespace, ...words(command))
}

function nft(namespace: string, rules: string): void {
  run('ip', 'netns', 'exec', namespace, 'nft', rules)
}

function words(text: string): string[] {
  return text.split(' ')
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`${command} cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`)
  return stdout
}
