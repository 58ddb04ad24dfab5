import { createContext, type ReactNode, use, useCallback, useState } from 'react'
import { Icon } from './icon.tsx'

interface Message {
  readonly id: number
  readonly text: string
  readonly kind: 'done' | 'failed'
}

type Tell = (text: string, kind?: Message['kind']) => void

const Context = createContext<Tell>(() => undefined)

/** Says something in passing: it is read out, shown for six seconds, and gone. */
export const useToast = (): Tell => use(Context)

export const ToastProvider = ({ children }: { children: ReactNode }) => {
  const [messages, setMessages] = useState<readonly Message[]>([])
  const tell = useCallback<Tell>((text, kind = 'done') => {
    const id = performance.now()
    setMessages((now) => [...now.slice(-2), { id, text, kind }])
    setTimeout(() => setMessages((now) => now.filter((one) => one.id !== id)), 6000)
  }, [])
  return (
    <Context value={tell}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {messages.map(({ id, text, kind }) => (
          <div key={id} className={`toast toast-${kind}`}>
            <Icon name={kind === 'done' ? 'check' : 'warning'} />
            {text}
          </div>
        ))}
      </div>
    </Context>
  )
}
