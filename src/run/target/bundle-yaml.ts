import { stringify } from 'yaml'
import type { Project } from '../../project/types.ts'
import type { BundleDefaults } from './bundle.ts'

const nameOf = ({ name }: Project): string => `c360_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`

/** databricks.yml: the bundle's name, what may differ between workspaces, and two of them. */
export const bundleYaml = (project: Project, { catalog, schemaPrefix, landing }: BundleDefaults): string =>
  stringify({
    bundle: { name: nameOf(project) },
    include: ['resources/*.yml'],
    variables: {
      catalog: { description: 'Catalog of Unity Catalog that the schemas lie in.', default: catalog },
      schema_prefix: { description: 'What the names of the schemas begin with.', default: schemaPrefix },
      landing: { description: 'Where the files arrive: a volume or a URL.', default: landing },
    },
    targets: {
      dev: { mode: 'development', default: true },
      prod: {
        mode: 'production',
        // A folder of everybody's would let everybody change what runs with the rights of the job's owner.
        workspace: {
          root_path:
            '/Workspace/Users/${workspace.current_user.userName}/.bundle/${bundle.name}/${bundle.target}',
        },
      },
    },
  })

/** The job: a task per layer, one after the other, on serverless compute; its schedule is paused until somebody wants it. */
export function jobYaml(project: Project): string {
  const place = ['--catalog', '{{job.parameters.catalog}}', '--prefix', '{{job.parameters.schema_prefix}}']
  const files = '${workspace.file_path}'
  const task = (key: string, file: string, parameters: readonly string[], after?: string) => ({
    task_key: key,
    ...(after === undefined ? {} : { depends_on: [{ task_key: after }] }),
    spark_python_task: { python_file: `../src/${file}`, parameters: [...place, ...parameters] },
    environment_key: 'default',
  })
  return stringify(
    {
      resources: {
        jobs: {
          c360: {
            name: nameOf(project),
            max_concurrent_runs: 1,
            schedule: {
              quartz_cron_expression: '0 0 5 * * ?',
              timezone_id: project.timeZone,
              pause_status: 'PAUSED',
            },
            parameters: [
              { name: 'catalog', default: '${var.catalog}' },
              { name: 'schema_prefix', default: '${var.schema_prefix}' },
              { name: 'landing', default: '${var.landing}' },
            ],
            tasks: [
              task('bronze', 'bronze.py', [
                '--landing',
                '{{job.parameters.landing}}',
                '--sources',
                `${files}/sources.json`,
              ]),
              task('silver', 'layer.py', ['--files', `${files}/sql/silver`], 'bronze'),
              task('gold', 'layer.py', ['--files', `${files}/sql/gold`], 'silver'),
            ],
            environments: [{ environment_key: 'default', spec: { environment_version: '2' } }],
          },
        },
      },
    },
    { lineWidth: 0 },
  )
}
