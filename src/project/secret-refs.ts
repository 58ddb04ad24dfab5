import { isAbsolute, resolve } from 'node:path'
import { isMap } from 'yaml'
import type { Problem } from '../errors.ts'
import type { SecretAt } from './config.ts'
import { vaultOf, vaultUrl } from './config-azure.ts'
import { parseConfig } from './config-file.ts'
import { findUses, type Use } from './config-references.ts'
import { type Answer, type Answers, putSettings } from './config-settings.ts'
import { scalarText } from './merge.ts'
import { type Fault, isReference, type Reference } from './reference.ts'
import { reject } from './shape.ts'
import type { SourceFile } from './source-file.ts'
import type { SecretRef } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** What a reference stands for. A mistake of the user's is an answer; all else is thrown (SECRET_MISSING, STORAGE_UNREACHABLE, SDK_MISSING). */
export type LookUp = (ref: SecretRef) => Promise<Answer>

/** This machine's variables and files, and Key Vault; loaded with the first reference. */
export function lookUpHere(): LookUp {
  let open: Promise<LookUp> | undefined
  return async (ref) => {
    open ??= import('../secrets/secrets.ts').then(({ openLookUp }) => openLookUp())
    return (await open)(ref)
  }
}

/** Looks up every reference that stands in a setting; first those that name the vault. */
export async function askSettings(root: string, source: SourceFile, lookUp: LookUp): Promise<Answers> {
  const file = parseConfig(source, [])
  const uses = findUses(file)
  const settings = uses.filter(({ kind }) => kind === 'setting')
  const ofVault = settings.filter(isVault)
  const first = await answersTo(ofVault, { root }, lookUp)
  putSettings(ofVault, first, file)
  const around = { root, keyVault: vaultIn(file) }
  const rest = settings.filter((use) => !isVault(use))
  return new Map([...(await answersTo(rest, around, lookUp)), ...first])
}

const isVault = ({ path }: Use): boolean => path.join('.') === 'azure.key_vault'

function vaultIn(file: YamlFile): string | undefined {
  const inside = (node: unknown, key: string) =>
    isMap(node) ? file.entries(node).find((entry) => entry.key === key)?.value : undefined
  const written = inside(inside(file.root, 'azure'), 'key_vault')
  return written && 'value' in written ? vaultOf(scalarText(written)) : undefined
}

/** What a reference is relative to. */
interface Around {
  readonly root: string
  readonly keyVault?: string | undefined
}

async function answersTo(uses: readonly Use[], around: Around, lookUp: LookUp): Promise<Answers> {
  const refs = new Map<string, SecretRef | Fault>()
  for (const use of uses)
    for (const part of use.parts.filter(isReference))
      if (!refs.has(part.text)) refs.set(part.text, refOf(part, use, around))
  const answer = async (ref: SecretRef | Fault): Promise<Answer> =>
    'from' in ref
      ? lookUp(ref)
      : { ok: false, message: ref.message.replace(/^`[^`]*`: /, ''), hint: ref.hint ?? '' }
  return new Map(await Promise.all([...refs].map(async ([text, ref]) => [text, await answer(ref)] as const)))
}

function refOf(
  reference: Reference,
  { path, line }: Pick<Use, 'path' | 'line'>,
  around: Around,
): SecretRef | Fault {
  const { from, name, vault, text } = reference
  const where = { key: path.join('.'), line }
  if (from === 'env') return { from, name, ...where }
  if (from === 'file') return { from, name: isAbsolute(name) ? name : resolve(around.root, name), ...where }
  const url = vault === undefined ? around.keyVault : vaultUrl(vault, around.keyVault)
  if (url !== undefined) return { from, name, vault: url, ...where }
  return {
    message: `\`${where.key}\`: \`${text}\` names no vault, and the project has none`,
    hint: 'write `azure: { key_vault: acme-vault }`, or `${keyvault:acme-vault/name}`',
  }
}

/** Finds the secrets by their place; one without a vault is told to the file. Names of accounts must have been put in. */
export function secretsIn(
  uses: readonly Use[],
  { file, ...around }: Around & { readonly file: YamlFile },
): SecretAt {
  const found = new Map<string, SecretRef>()
  for (const use of uses.filter(({ kind }) => kind === 'secret')) {
    const path = withAccount(use.path, uses)
    const [reference] = use.parts
    const ref = isReference(reference) ? refOf(reference, { ...use, path }, around) : undefined
    if (ref && 'from' in ref) found.set(JSON.stringify(path), ref)
    else if (ref) reject({ file, label: '', line: use.line }, 'no_key_vault', ref.message, ref.hint)
  }
  return (path) => found.get(JSON.stringify(path))
}

/** The name of a storage account may be a reference itself. */
function withAccount(path: readonly string[], uses: readonly Use[]): readonly string[] {
  const [top, second, account, ...below] = path
  if (top !== 'azure' || second !== 'storage' || below.length === 0) return path
  const name = uses.find(
    (use) => use.path.length === 3 && use.path.join('\n') === path.slice(0, 3).join('\n'),
  )
  return name ? [top, second, String(name.node.value), ...below] : [top, second, account ?? '', ...below]
}

/** One place of c360.yaml where a reference stands. */
export interface Mention {
  readonly ref: SecretRef
  /** The reference as written. */
  readonly text: string
  readonly kind: Use['kind']
}

export interface Mentions {
  /** In the order of their lines. */
  readonly mentions: readonly Mention[]
  /** URL of the vault that `${keyvault:name}` means. */
  readonly keyVault?: string
  /** Malformed references, and secrets in clear. */
  readonly problems: readonly Problem[]
}

/** Every reference of c360.yaml; only those that name the vault are looked up. */
export async function mentionsIn(root: string, source: SourceFile, lookUp: LookUp): Promise<Mentions> {
  const problems: Problem[] = []
  const file = parseConfig(source, problems)
  const uses = findUses(file)
  const ofVault = uses.filter(isVault)
  putSettings(ofVault, await answersTo(ofVault, { root }, lookUp), { ...file, report: () => {} })
  const keyVault = vaultIn(file)
  const mentions = uses.flatMap((use) =>
    use.parts.filter(isReference).flatMap((part): Mention[] => {
      const ref = refOf(part, use, { root, keyVault })
      if ('from' in ref) return [{ ref, text: part.text, kind: use.kind }]
      reject({ file, label: '', line: use.line }, 'no_key_vault', ref.message, ref.hint)
      return []
    }),
  )
  const sorted = mentions.toSorted((a, b) => a.ref.line - b.ref.line)
  return { mentions: sorted, problems, ...(keyVault === undefined ? {} : { keyVault }) }
}
