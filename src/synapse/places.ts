import { DATABASE, expression, KEY_VAULT, LAKE, type Resource, toLinkedService } from './names.ts'

/** Where the workspace reads from and writes to. What nobody knows yet is a word in capitals, to be filled in as a parameter's default. */
export interface Places {
  /** URL of the storage account's dfs endpoint. */
  readonly storage: string
  readonly container: string
  /** Folder of the landing zone in the container, with a slash behind it; '' = the container itself. */
  readonly landing: string
  readonly server: string
  readonly database: string
  /** Absent: the workspace enters by its own identity. */
  readonly login?: { readonly user: string; readonly secret: string }
  /** URL of the vault that holds the password. */
  readonly vault: string
  /** Schema of the tables. */
  readonly schema: string
}

const SERVICE = 'Microsoft.Synapse/workspaces/linkedservices'

type Parameters = Readonly<Record<string, string>>

function linkedService(name: string, type: string, parameters: Parameters, typeProperties: object): Resource {
  const declared = Object.entries(parameters).map(
    ([parameter, defaultValue]) => [parameter, { type: 'String', defaultValue }] as const,
  )
  return {
    name,
    type: SERVICE,
    properties: { type, parameters: Object.fromEntries(declared), annotations: [], typeProperties },
  }
}

const own = (parameter: string): string => `@{linkedService().${parameter}}`

/** The lake by the identity of the workspace, the database by a password that only Key Vault knows, and the vault. */
export function linkedServices(places: Places): readonly Resource[] {
  const lake = linkedService(LAKE, 'AzureBlobFS', { storage: places.storage }, { url: own('storage') })
  return [lake, database(places), ...(places.login === undefined ? [] : [keyVault(places.vault)])]
}

const keyVault = (vault: string): Resource =>
  linkedService(KEY_VAULT, 'AzureKeyVault', { vault }, { baseUrl: own('vault') })

function database({ server, database: name, login }: Places): Resource {
  const connection = [
    'Integrated Security=False',
    'Encrypt=True',
    'Connection Timeout=90',
    `Data Source=${own('server')}`,
    `Initial Catalog=${own('database')}`,
  ]
  if (login === undefined)
    return linkedService(
      DATABASE,
      'AzureSqlDatabase',
      { server, database: name },
      {
        connectionString: connection.join(';'),
      },
    )
  const { user, secret } = login
  return linkedService(
    DATABASE,
    'AzureSqlDatabase',
    { server, database: name, user, secret },
    {
      connectionString: [...connection, `User ID=${own('user')}`].join(';'),
      password: {
        type: 'AzureKeyVaultSecret',
        store: toLinkedService(KEY_VAULT),
        secretName: expression(own('secret')),
      },
    },
  )
}
