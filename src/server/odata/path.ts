import { quotedName } from './names.ts'
import { invalid, unsupported } from './refusals.ts'

/** What an address below `/odata` means. */
export type Resource =
  | { readonly kind: 'service' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'set'; readonly name: string }
  | { readonly kind: 'count'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'entity'; readonly name: string; readonly key: string }

export const ROOT = '/odata'

export const isOdata = (path: string): boolean => path === ROOT || path.startsWith(`${ROOT}/`)

/** `/odata/project/<slug>/..` is about that project: tools that read OData cannot send a header of ours. */
export const projectIn = (path: string): string | undefined =>
  /^\/odata\/project\/([a-z0-9-]+)(?:\/|$)/.exec(path)?.[1]

/** The part of the path that links of an answer begin with. */
export function rootOf(path: string): string {
  const slug = projectIn(path)
  return slug === undefined ? ROOT : `${ROOT}/project/${slug}`
}

/** `path` as it came, not decoded: a slash inside a key is `%2F`. */
export function resourceOf(path: string): Resource {
  const segments = path
    .slice(rootOf(path).length)
    .split('/')
    .filter((segment) => segment !== '')
  const [first, second, ...more] = segments.map(decoded)
  if (first === undefined) return { kind: 'service' }
  if (second === undefined) return single(first)
  if (more.length > 0 || first.startsWith('$')) throw invalid('the address', 'nothing is so deep.')
  if (second === '$count' || second === '$query') {
    const found = single(first)
    if (found.kind !== 'set') throw invalid('the address', `\`${second}\` is of an entity set.`)
    return { kind: second === '$count' ? 'count' : 'query', name: found.name }
  }
  throw unsupported('the address', `${quotedName(second)}: there are no addresses of single columns.`)
}

function single(text: string): Resource {
  if (text === '$metadata') return { kind: 'metadata' }
  if (text.startsWith('$')) throw unsupported('the address', `${quotedName(text)} is not known here.`)
  const [, name = '', key] = /^([^(]+)(?:\((.*)\))?$/s.exec(text) ?? []
  if (name === '') throw invalid('the address', 'a name is missing.')
  if (key === undefined || key.trim() === '') return { kind: 'set', name }
  return { kind: 'entity', name, key }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid('the address', 'a `%` in it is not followed by two digits of UTF-8.')
  }
}
