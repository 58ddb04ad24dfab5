import { fileURLToPath } from 'node:url'

/**
 * Absolute path of one of the server's modules as Node can start it in a process of its own. Where the sources themselves run
 * (under the test runner), it is the built one.
 */
export function programFile(name: string): string {
  const here = import.meta.url
  const folder = here.endsWith('.ts') ? '../../dist/server/' : './'
  return fileURLToPath(new URL(`${folder}${name}.js`, here))
}
