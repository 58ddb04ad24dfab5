import { type Place, reject, type Shape, text, turned } from './shape.ts'

const AZURE = '`az://account/container/path`'

/** A folder (relative to the project, or absolute), or a container: whatever its spelling, the value is `az://account/container/path`. */
export const location: Shape<string> = turned(
  text('a folder'),
  (value, at) => {
    const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(value.trim()) ?? []
    if (scheme === undefined) {
      if (value.trim() !== '') return value
      return reject(at, 'bad_value', `${at.label} is empty`, `name a folder, or ${AZURE}`)
    }
    return inCloud(scheme.toLowerCase(), rest, at)
  },
  { type: 'string', minLength: 1 },
)

function inCloud(scheme: string, rest: string, at: Place): string | undefined {
  if (!['az', 'abfs', 'abfss', 'https'].includes(scheme))
    return reject(
      at,
      'unsupported_location',
      `${at.label}: \`${scheme}:\` is not supported`,
      `name a folder on this machine, for example \`landing\`, or ${AZURE}`,
    )
  const found = rest.startsWith('//') ? READERS[scheme]?.(rest.slice(2)) : undefined
  if (!found) return refuse(at, FORMS[scheme] ?? AZURE)
  return checked(found, at)
}

/** A folder of a container of Azure Storage. */
export interface Container {
  readonly account: string
  readonly container: string
  /** Without slashes at its ends; '' = the whole container. */
  readonly path: string
}

/** The container that a project's place names; undefined for a folder of this machine. */
export function containerOf(place: string): Container | undefined {
  const [, account, container, path = ''] = /^az:\/\/([^/]+)\/([^/]+)\/?(.*)$/.exec(place) ?? []
  return account === undefined || container === undefined ? undefined : { account, container, path }
}

export const isContainer = (place: string): boolean => containerOf(place) !== undefined

const FORMS: Readonly<Record<string, string>> = {
  az: AZURE,
  abfs: '`abfss://container@account.dfs.core.windows.net/path`',
  abfss: '`abfss://container@account.dfs.core.windows.net/path`',
  https: '`https://account.blob.core.windows.net/container/path`',
}

const abfs = (rest: string): Container | undefined => {
  const [, container = '', account = '', path = ''] =
    /^([^@/]+)@([^./]+)\.dfs\.core\.windows\.net(?:\/(.*))?$/is.exec(rest) ?? []
  return container === '' ? undefined : { account, container, path }
}

const READERS: Readonly<Record<string, (rest: string) => Container | undefined>> = {
  az: (rest) => {
    const [account = '', container = '', ...path] = rest.split('/')
    return { account, container, path: path.join('/') }
  },
  abfs,
  abfss: abfs,
  https: (rest) => {
    const [, account = '', container = '', path = ''] =
      /^([^./]+)\.(?:blob|dfs)\.core\.windows\.net\/([^/]+)(?:\/(.*))?$/is.exec(rest) ?? []
    return account === '' ? undefined : { account, container, path: decoded(path) }
  },
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return '?'
  }
}

export const ACCOUNT = /^[a-z0-9]{3,24}$/
const CONTAINER = /^(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*$/

function checked({ account, container, path }: Container, at: Place): string | undefined {
  if (!ACCOUNT.test(account)) return refuse(at, AZURE, 'the account has 3 to 24 small letters and digits')
  if (container === '') return refuse(at, AZURE, 'it names no container')
  if (!CONTAINER.test(container))
    return refuse(at, AZURE, 'the container has 3 to 63 small letters, digits and single `-`')
  const below = path.replace(/\/$/, '')
  if (below === '') return `az://${account}/${container}`
  const isPlain = below.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (!isPlain || /[\\?#*]/.test(below))
    return refuse(at, AZURE, 'the path has no `..`, no empty parts, and none of `\\ ? # *`')
  return `az://${account}/${container}/${below}`
}

/** Only what is wrong is said, never a part of the value: it may come from a reference. */
const refuse = (at: Place, form: string, why?: string): undefined =>
  reject(
    at,
    'bad_location',
    `${at.label} is no place in Azure Storage${why === undefined ? '' : `: ${why}`}`,
    `write ${form}, without keys and queries`,
  )
