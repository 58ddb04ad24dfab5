import { snakeCase } from './words.ts'

/** Keys whose values let somebody in. */
const SECRET_KEY =
  /(^|_)(password|passwd|pwd|passphrase|secret|token|sas|pat|connection_string|credentials?|(account|access|api|private|shared|storage|encryption|master|signing)_?key)$/

export const isSecretKey = (key: string): boolean => SECRET_KEY.test(snakeCase(key))

/** Texts that are or hold a secret whatever their key: a signed URL, a connection string, a key file, a password in a URL. */
const SECRET_TEXT = [
  /[?&]sig=[^&\s]/i,
  /\b(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd)\s*=\s*[^;\s]/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /:\/\/[^\s/:@]*:[^\s/@]+@/,
]

export const isSecretText = (text: string): boolean => SECRET_TEXT.some((pattern) => pattern.test(text))

/** What is to be written instead of a secret, for a hint. */
export function instead(path: readonly string[]): string {
  const keys = path.filter((part) => !/^\d+$/.test(part))
  const [top = '', key = ''] = [keys[0], keys.at(-1)]
  const changed = 'have the secret changed if others have seen this file'
  if (['landing', 'lake', 'warehouse'].includes(top))
    return `leave the query out; \`azure.storage\` says how the account is entered. And ${changed}`
  if (top !== 'targets' && top !== 'azure') return `take it out, and ${changed}`
  const name = snakeCase(keys.slice(-2).join('_')) || 'secret'
  const [vault, variable] = [name.replaceAll('_', '-'), name.toUpperCase()]
  return `write where it lies: \`${key}: \${keyvault:${vault}}\`, \`\${env:${variable}}\` or \`\${file:secrets/${name}}\`; and ${changed}`
}
