import type { OnEvent, RunEvent } from '../run/events.ts'
import type { Context } from './command.ts'
import { bytes, count } from './style.ts'

/** A bar that redraws itself on a terminal, plain lines elsewhere; both on standard error. */
export function progressFor(context: Context): { onEvent: OnEvent; done: () => void } {
  if (context.json) return { onEvent: () => undefined, done: () => undefined }
  return context.interactive ? runBar() : { onEvent: (event) => lines(context, event), done: () => undefined }
}

function lines(context: Context, event: RunEvent): void {
  const text = describe(event)
  if (text) context.note(text)
}

function describe(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'waiting':
      return `waiting for ${event.holder}`
    case 'scanning':
      return `reading  ${event.path} (${bytes(event.size)})`
    case 'transfer':
      return `${event.direction === 'upload' ? 'sending' : 'fetching'}  ${event.path} (${bytes(event.bytes)}${event.of === undefined ? '' : ` of ${bytes(event.of)}`})`
    case 'loading':
      return `loading  ${event.path} (${count(event.rows)} rows)`
    case 'overtaken':
      return 'another runner published first: planning anew'
    case 'step':
      return event.kind === 'prepare' || event.kind === 'relation'
        ? undefined
        : `${String(event.index).padStart(3)}/${event.of}  ${event.kind === 'source' ? 'silver' : event.kind === 'model' ? 'gold' : event.kind}  ${event.name}`
    default:
      return undefined
  }
}

const WIDTH = 24

/** A bar in the terminal's current line; `share` is 0..1. */
export function bar(): { draw: (share: number, text: string) => void; clear: () => void } {
  const clear = () => void process.stderr.write('\r\u001b[2K')
  const draw = (share: number, text: string) => {
    const full = Math.round(share * WIDTH)
    const room = Math.max(10, (process.stderr.columns ?? 80) - WIDTH - 3)
    process.stderr.write(`\r\u001b[2K${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${text.slice(0, room)}`)
  }
  return { draw, clear }
}

function runBar(): { onEvent: OnEvent; done: () => void } {
  const { draw, clear } = bar()
  return {
    done: clear,
    onEvent: (event) => {
      if (event.type === 'step')
        draw((event.index - 1) / event.of, `${event.index}/${event.of} ${event.name}`)
      else if (event.type === 'finished' || event.type === 'failed') clear()
      else {
        const text = describe(event)
        if (text) draw(0, text)
      }
    },
  }
}
