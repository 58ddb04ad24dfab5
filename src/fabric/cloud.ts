import { C360Error } from '../errors.ts'

/** One of the two web services that publishing needs. */
export interface Service {
  readonly name: 'Fabric' | 'Power BI'
  /** Without a slash at the end. */
  readonly url: string
  /** What a token is asked for. */
  readonly scope: string
  /** Variables that may hold a token; the first that is set counts. */
  readonly tokens: readonly string[]
}

export interface Cloud {
  readonly fabric: Service
  readonly powerbi: Service
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where tokens for Power BI are asked for, in clouds of their own. */
const POWERBI_AUDIENCES: Readonly<Record<string, string>> = {
  'api.powerbigov.us': 'https://analysis.usgovcloudapi.net/powerbi/api',
  'api.high.powerbigov.us': 'https://high.analysis.usgovcloudapi.net/powerbi/api',
  'api.mil.powerbigov.us': 'https://mil.analysis.usgovcloudapi.net/powerbi/api',
  'api.powerbi.cn': 'https://analysis.chinacloudapi.cn/powerbi/api',
}

/** The public cloud, or the one that options or variables name. USAGE for an address that a token must not be sent to. */
export function cloudOf(
  asked: { readonly api?: string | undefined; readonly powerbiApi?: string | undefined },
  env: Environment,
): Cloud {
  const fabric = addressOf(asked.api ?? env.C360_FABRIC_API ?? 'https://api.fabric.microsoft.com')
  const powerbi = addressOf(asked.powerbiApi ?? env.C360_POWERBI_API ?? 'https://api.powerbi.com')
  const audience = POWERBI_AUDIENCES[new URL(powerbi).hostname] ?? 'https://analysis.windows.net/powerbi/api'
  return {
    fabric: {
      name: 'Fabric',
      url: fabric,
      scope: env.C360_FABRIC_SCOPE ?? `${fabric}/.default`,
      tokens: ['C360_FABRIC_TOKEN'],
    },
    powerbi: {
      name: 'Power BI',
      url: powerbi,
      scope: env.C360_POWERBI_SCOPE ?? `${audience}/.default`,
      tokens: ['C360_POWERBI_TOKEN', 'C360_FABRIC_TOKEN'],
    },
  }
}

function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.pathname !== '/' || url.search !== '' || url.username !== '')
    throw new C360Error('USAGE', `\`${text}\` is no address of a service.`, {
      hint: 'For example https://api.fabric.microsoft.com, without a path.',
    })
  if (url.protocol !== 'https:' && !isLoopback(url))
    throw new C360Error('USAGE', `A token is not sent to ${text}: it is not encrypted.`, {
      hint: 'Use https.',
    })
  return url.origin
}

const isLoopback = ({ hostname, protocol }: URL): boolean =>
  protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
