import { installed } from '../../installed.ts'

export type Driver = typeof import('snowflake-sdk')
export type Connection = ReturnType<Driver['createConnection']>
export type ConnectionOptions = NonNullable<Parameters<Driver['createConnection']>[0]>

/**
 * What the driver would do by itself and nobody has asked for: look where it runs (requests to the cloud's metadata and, with
 * the machine's own credentials, to AWS), tell Snowflake how the account was written, load a native library to report on.
 */
const QUIET = {
  SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  SNOWFLAKE_DISABLE_MINICORE: 'true',
  SF_TELEMETRY_DISABLE_CONNECTION_SHAPE: 'true',
}

const nothing = () => undefined
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing, trace: nothing }

let loaded: Promise<Driver> | undefined

/**
 * Snowflake's own driver, silent: it writes no log into the working folder and prints nothing. SDK_MISSING. Certificates are
 * checked as Node checks them; the driver's own questions to certificate authorities (OCSP, over plain HTTP, with a cache in
 * the user's folder) are left out.
 */
export function openDriver(): Promise<Driver> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined
    throw error
  })
  return loaded
}

async function load(): Promise<Driver> {
  for (const [name, value] of Object.entries(QUIET)) process.env[name] ??= value
  const needs = { who: 'Snowflake', name: 'snowflake-sdk', install: 'snowflake-sdk' }
  const { default: driver } = await installed(needs, () => import('snowflake-sdk'))
  driver.configure({
    logLevel: 'OFF',
    additionalLogToConsole: false,
    customLogger: silent,
    disableOCSPChecks: true,
  })
  return driver
}
