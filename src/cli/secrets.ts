import { C360Error, errorTable } from '../errors.ts'
import { vaultOf } from '../project/config-azure.ts'
import { loadMentions } from '../project/load.ts'
import type { Mention } from '../project/secret-refs.ts'
import type { Found } from '../secrets/found.ts'
import { openFinder, writeSecret } from '../secrets/secrets.ts'
import { type Command, type Context, text, toJson } from './command.ts'
import { askHidden, readPiped } from './hidden.ts'

export const command: Command = {
  usage: 'list | check | set NAME [--vault VAULT]',
  help: `
list    every reference of c360.yaml: \${env:NAME}, \${file:path}, \${keyvault:name}; where it is used, where the value
        comes from. Nothing is looked up.
check   looks each of them up: ok, or why not and which right is missing. Exit code 0: all there; 18: one is not.
set     writes a secret to the Key Vault (that of the project, or --vault): asked for on a terminal without showing it, or
        read from standard input; never an argument, which other users of the machine could see.

No value is ever shown.
  --vault VAULT       name or URL of a vault
`,
  options: { vault: { type: 'string' } },
  run(context) {
    const [what, ...rest] = context.positionals
    const action = actions[what ?? '']
    if (!action) throw usage(`${what === undefined ? 'Say' : `There is no \`${what}\`; say`} what to do.`)
    return action(context, rest)
  },
}

const usage = (message: string) =>
  new C360Error('USAGE', message, { hint: `Usage: c360 secrets ${command.usage}` })

const actions: Readonly<Record<string, (context: Context, rest: readonly string[]) => Promise<number>>> = {
  list,
  check,
  set,
}

async function list(context: Context): Promise<number> {
  const mentions = await sound(context)
  if (context.json) context.print(toJson(mentions.map(described)))
  else if (mentions.length === 0) context.print(NONE)
  else for (const mention of mentions) context.print(`${place(mention, context)}  ${origin(mention)}`)
  return 0
}

async function check(context: Context): Promise<number> {
  const finder = openFinder()
  const mentions = await sound(context)
  const found = await Promise.all(
    mentions.map(async (mention) => ({ mention, found: await finder.find(mention.ref, context.signal) })),
  )
  const ok = found.every(({ found }) => found.ok)
  if (context.json)
    context.print(
      toJson({
        ok,
        secrets: found.map(({ mention, found }) => ({ ...described(mention), ...outcome(found) })),
      }),
    )
  else if (mentions.length === 0) context.print(NONE)
  else for (const one of found) context.print(checkedText(one, context))
  return ok ? 0 : errorTable.SECRET_MISSING.exit
}

async function set(context: Context, [name, ...more]: readonly string[]): Promise<number> {
  if (name === undefined) throw usage('Say which secret to write.')
  if (more.length > 0)
    throw usage('A value is never an argument: it is asked for, or read from standard input.')
  if (!/^[0-9A-Za-z-]{1,127}$/.test(name))
    throw usage(`\`${name}\` is no name for a secret: letters, digits and \`-\`, at most 127.`)
  const vault = await vaultFor(context)
  const value = process.stdin.isTTY ? await askHidden(`Value of ${name}: `, context) : await readPiped()
  if (value === '') throw usage('The value is empty; nothing was written.')
  const id = await writeSecret(vault, name, value)
  if (context.json) context.print(toJson({ vault, name, id }))
  else context.print(`Wrote ${id}\nc360.yaml calls it \${keyvault:${name}}.`)
  return 0
}

async function vaultFor(context: Context): Promise<string> {
  const wanted = text(context, 'vault')
  const url = wanted === undefined ? (await loadMentions(context.project)).keyVault : vaultOf(wanted)
  if (url !== undefined) return url
  throw usage(
    wanted === undefined
      ? 'The project names no vault: add `--vault`, or `azure: { key_vault: .. }` to c360.yaml.'
      : '`--vault` takes the name of a vault, or its https URL.',
  )
}

const NONE = 'c360.yaml names no secrets.'

async function sound(context: Context): Promise<readonly Mention[]> {
  const { mentions, problems } = await loadMentions(context.project)
  const errors = problems.filter(({ severity }) => severity !== 'warn')
  if (errors.length === 0) return mentions
  throw new C360Error('PROJECT_INVALID', 'c360.yaml cannot be read as it is:', { problems })
}

const described = ({ ref, text, kind }: Mention) => ({
  key: ref.key,
  file: 'c360.yaml',
  line: ref.line,
  reference: text,
  kind,
  from: ref.from,
  name: ref.name,
  ...(ref.vault === undefined ? {} : { vault: ref.vault }),
})

function outcome(found: Found) {
  if (!found.ok) return found
  return { ok: true, ...(found.warning === undefined ? {} : { warning: found.warning }) }
}

const place = ({ ref, text }: Mention, { paint }: Context): string =>
  `${paint('bold', `c360.yaml:${ref.line}`)}  ${ref.key}  ${text}`

function origin({ ref }: Mention): string {
  if (ref.from === 'env') return `environment variable ${ref.name}`
  if (ref.from === 'file') return `file ${ref.name}`
  return `secret ${ref.name} of ${new URL(ref.vault ?? '').host}`
}

function checkedText({ mention, found }: { mention: Mention; found: Found }, context: Context): string {
  const { paint } = context
  const where = place(mention, context)
  if (!found.ok)
    return `${paint('red', 'missing')}  ${where}\n         ${found.message}\n         ${paint('dim', found.hint)}`
  const warning = found.warning === undefined ? '' : `\n         ${paint('yellow', found.warning)}`
  return `${paint('green', 'ok')}       ${where}${warning}`
}
