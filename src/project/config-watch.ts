import { ACCOUNT, isContainer } from './location.ts'
import { mapping, type Read, reject, type Shape, text, turned } from './shape.ts'
import type { WatchSettings } from './types.ts'
import { seconds } from './values.ts'
import type { YamlFile } from './yaml.ts'

const QUEUE = /^(?=.{3,63}$)[a-z0-9](-?[a-z0-9])*$/

/** A queue of Azure Storage. */
const queue: Shape<WatchSettings['queue']> = turned(
  text('`az://account/queue-name`'),
  (value, at) => {
    const [, account = '', name = ''] = /^az:\/\/([^/]+)\/([^/]+)\/?$/.exec(value.trim()) ?? []
    if (ACCOUNT.test(account) && QUEUE.test(name)) return { account, name }
    return reject(
      at,
      'bad_location',
      `${at.label} is no queue of Azure Storage`,
      'write `az://account/queue-name`; the name has 3 to 63 small letters, digits and single `-`',
    )
  },
  { type: 'string', minLength: 1 },
)

export const watchShape = mapping({
  queue: {
    shape: queue,
    doc: 'The queue that Event Grid tells of new files, `az://account/queue-name`. Without it, `c360 watch` looks every `poll`.',
  },
  settle: {
    shape: seconds,
    doc: 'How long new files must have been left alone before a run begins, for example `5 seconds`. Default 5 seconds.',
  },
  poll: {
    shape: seconds,
    doc: 'How often `c360 watch` looks at the landing location whatever it was told, for example `5 minutes`. Default 1 minute.',
  },
})

/** `landing` is the project's; a queue tells of containers only. */
export function watchFrom(
  written: Read<typeof watchShape> | undefined,
  landing: string,
  file: YamlFile,
): WatchSettings {
  const { queue, settle = 5, poll = 60 } = written?.values ?? {}
  if (queue && !isContainer(landing))
    reject(
      { file, label: '', line: written?.lines.queue ?? 1 },
      'queue_without_container',
      '`watch.queue` tells of files in Azure Storage, and `landing` is a folder',
      'leave `queue` out: a folder is watched by its own events',
    )
  return { ...(queue ? { queue } : {}), settle, poll: Math.max(1, poll) }
}
