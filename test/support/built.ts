import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Tests of the command line use the program as it is shipped: built once, before any of them. */
export function setup(): void {
  const preflight = fileURLToPath(new URL('../../scripts/preflight.mjs', import.meta.url))
  execFileSync(process.execPath, [preflight], { stdio: 'inherit' })
}
