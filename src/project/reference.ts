import { didYouMean } from './words.ts'

/** `${from:name}` as it stands in c360.yaml. */
export interface Reference {
  readonly from: 'env' | 'file' | 'keyvault'
  /** Name of the variable or secret; path of the file. */
  readonly name: string
  /** Name of the vault where it is written with one: `${keyvault:vault/name}`. */
  readonly vault?: string
  /** The whole reference as written. */
  readonly text: string
}

export interface Fault {
  readonly message: string
  readonly hint?: string
}

/** A text cut where references stand in it; `$${` is a `${` that is meant as such. */
export function partsOf(text: string): readonly (string | Reference | Fault)[] {
  const parts: (string | Reference | Fault)[] = []
  let plain = ''
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    if (rest.startsWith('$${')) {
      plain += '${'
      at += 3
    } else if (rest.startsWith('${')) {
      const whole = /^\$\{[^{}]*\}/.exec(rest)?.[0]
      parts.push(plain, whole === undefined ? unclosed : readReference(whole))
      plain = ''
      at += whole?.length ?? rest.length
    } else {
      plain += text[at]
      at++
    }
  }
  return [...parts, plain].filter((part) => part !== '')
}

export const isReference = (part: string | Reference | Fault | undefined): part is Reference =>
  typeof part === 'object' && 'from' in part

export const isFault = (part: string | Reference | Fault | undefined): part is Fault =>
  typeof part === 'object' && 'message' in part

const unclosed: Fault = {
  message: 'has a `${` without its `}`',
  hint: 'close it, or write `$${` for a `${` that is no reference',
}

const KINDS = ['env', 'file', 'keyvault'] as const
const NAMES: Readonly<Record<Reference['from'], RegExp>> = {
  env: /^[A-Za-z_][A-Za-z0-9_]*$/,
  file: /^\S(.*\S)?$/,
  keyvault: /^[0-9A-Za-z-]{1,127}$/,
}
const EXPECTED: Readonly<Record<Reference['from'], string>> = {
  env: 'the name of a variable, for example `${env:LAKE_KEY}`',
  file: 'the path of a file, for example `${file:secrets/lake-key}`',
  keyvault: 'a name of letters, digits and `-`, for example `${keyvault:lake-key}`',
}

export const VAULT_NAME = /^(?=.{3,24}$)[A-Za-z](-?[A-Za-z0-9])*$/

function readReference(text: string): Reference | Fault {
  const [, kind = '', name = ''] = /^\$\{([^:]*)(?::(.*))?\}$/s.exec(text) ?? []
  const from = KINDS.find((known) => known === kind)
  if (from === undefined) return unknownKind(text, kind, name)
  const [vault, secret] = from === 'keyvault' && name.includes('/') ? halves(name) : [undefined, name]
  if (!NAMES[from].test(secret))
    return { message: `has \`${text}\``, hint: `after \`${from}:\` comes ${EXPECTED[from]}` }
  if (vault === undefined) return { from, name: secret, text }
  if (VAULT_NAME.test(vault)) return { from, name: secret, vault, text }
  return {
    message: `has \`${text}\``,
    hint: 'before the `/` comes the name of a vault, for example `${keyvault:acme-vault/lake-key}`',
  }
}

const halves = (name: string): [string, string] => [
  name.slice(0, name.indexOf('/')),
  name.slice(name.indexOf('/') + 1),
]

function unknownKind(text: string, kind: string, name: string): Fault {
  const message = `has \`${text.slice(0, 60)}\`, and references begin with \`env:\`, \`file:\` or \`keyvault:\``
  if (name === '' && NAMES.env.test(kind)) return { message, hint: `did you mean \`\${env:${kind}}\`?` }
  const near = didYouMean(kind.trim(), KINDS)
  if (!near?.startsWith('did')) return { message, hint: 'write `$${` for a `${` that is no reference' }
  const meant = KINDS.find((known) => near.includes(`\`${known}\``))
  return { message, hint: `did you mean \`\${${meant}:${name.trim()}}\`?` }
}
