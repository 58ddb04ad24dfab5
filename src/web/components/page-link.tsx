import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { carried, type Search, withKeys } from '../state.ts'

/** A link inside the app. It takes the global filters along, and adds `search`. */
export const PageLink = ({
  to,
  search = {},
  children,
  className,
  label,
  onClick,
  isCurrent = false,
}: {
  /** An address like `/sales` or `/customers/C001`; escape ids with encodeURIComponent. */
  to: string
  search?: Readonly<Record<string, string | undefined>>
  children: ReactNode
  className?: string
  label?: string
  onClick?: () => void
  isCurrent?: boolean
}) => {
  const now = useRouterState({ select: ({ location }) => location.search as Search })
  const kept = Object.fromEntries(Object.entries(now).filter(([key]) => carried.includes(key)))
  return (
    <Link
      to={to as never}
      search={withKeys(kept, search) as never}
      {...(className === undefined ? {} : { className })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(onClick === undefined ? {} : { onClick })}
      aria-current={isCurrent ? 'page' : undefined}
      activeProps={{}}
      preload="intent"
    >
      {children}
    </Link>
  )
}
