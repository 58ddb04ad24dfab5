import type { Project, Setting } from '../../project/types.ts'
import { openSecrets } from '../../secrets/secrets.ts'

/** What a target's settings say; a reference among them is looked up when it is asked for. Throws as `Secrets.get`. */
export interface SettingReader {
  text(setting: Setting): Promise<string>
  /** Those of the keys that the target has. */
  some<K extends string>(
    target: { readonly [N in K]?: Setting },
    ...keys: readonly K[]
  ): Promise<{ readonly [N in K]?: string }>
}

export function settingReader(project: Project): SettingReader {
  const secrets = openSecrets(project)
  const text = async (setting: Setting) => (typeof setting === 'string' ? setting : secrets.get(setting))
  return {
    text,
    async some<K extends string>(target: { readonly [N in K]?: Setting }, ...keys: readonly K[]) {
      const found: { [N in K]?: string } = {}
      for (const key of keys) {
        const setting: Setting | undefined = target[key]
        if (setting !== undefined) found[key] = await text(setting)
      }
      return found
    },
  }
}

interface Limits {
  readonly port?: number
  readonly statementSeconds?: number
}

/** The numbers that a target of any engine may say, where it says them. */
export const limitsOf = ({ port, statementSeconds }: Limits): Limits => ({
  ...(port === undefined ? {} : { port }),
  ...(statementSeconds === undefined ? {} : { statementSeconds }),
})
