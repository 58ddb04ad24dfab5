import { C360Error } from '../errors.ts'
import type { Command } from './command.ts'

export const command: Command = {
  usage: 'fabric --workspace NAME [--from DIR] [--connection NAME].. [--set NAME=VALUE].. [--dry-run]',
  help: `
Brings the Power BI project into a workspace of Microsoft Fabric: creates or updates the semantic model, then the report,
binds the model to a connection, refreshes it and waits for the end. Interrupted or run again, it goes on where it
stopped and makes nothing twice.

  --workspace W     name or id of the workspace
  --from DIR        publish an exported folder as it is, with the edits made there; without it the project is exported
                    in memory, with the options of \`c360 export powerbi\`: --source, --target, --mode, --url,
                    --data-folder, --with-personal
  --connection C    name or id of a connection of Fabric that holds the credentials; once for each source
  --set NAME=VALUE  value of a parameter of the model in this workspace: Server, Database, ..
  --schedule TIMES  refresh every day at these times of the project's time zone: 06:30,18:00 (Import only)
  --no-refresh      do not refresh now
  --dry-run         show what would change, part by part; sends nothing that writes
  --api URL, --powerbi-api URL
                    the services of another cloud (also C360_FABRIC_API, C360_POWERBI_API)

Signs in as \`az login\`, a managed identity or AZURE_CLIENT_ID .. do; or with the token in C360_FABRIC_TOKEN.

  c360 deploy fabric --workspace Sales --target warehouse --connection "Gold SQL" --schedule 06:30
`,
  options: {
    workspace: { type: 'string' },
    from: { type: 'string' },
    source: { type: 'string' },
    target: { type: 'string' },
    mode: { type: 'string' },
    url: { type: 'string' },
    'data-folder': { type: 'string' },
    'with-personal': { type: 'boolean' },
    connection: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    schedule: { type: 'string' },
    'no-refresh': { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    api: { type: 'string' },
    'powerbi-api': { type: 'string' },
  },
  async run(context) {
    const [place, ...more] = context.positionals
    if (place !== 'fabric' || more.length > 0)
      throw new C360Error(
        'USAGE',
        place === undefined ? 'Where to?' : `There is no deploy \`${[place, ...more].join(' ')}\`.`,
        { hint: 'Known: fabric.' },
      )
    return (await import('./deploy-fabric.ts')).deployFabric(context)
  },
}
