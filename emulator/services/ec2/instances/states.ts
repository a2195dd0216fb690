import type { InstanceState, InstanceStateName } from '@aws-sdk/client-ec2'

// The states of an instance. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html

export const stateCodes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
}

export const toInstanceState = (state: InstanceStateName): InstanceState => ({
  Code: stateCodes[state],
  Name: state,
})

/** The states that an instance leaves by itself, and what comes then. */
export const transitions = {
  pending: 'running',
  stopping: 'stopped',
  'shutting-down': 'terminated',
} as const satisfies Partial<Record<InstanceStateName, InstanceStateName>>

export type PassingState = keyof typeof transitions

/**
 * How long things take, in virtual ms. None: an instance is `pending` in the answer and `running` at the next
 * call. Realistic durations are other numbers here.
 */
export const durations: Readonly<Record<PassingState | 'status-checks', number>> = {
  pending: 0,
  stopping: 0,
  'shutting-down': 0,
  'status-checks': 0,
}

/** How long a terminated instance can still be seen. */
export const terminatedVisibleFor = 60 * 60 * 1000

export type StateReasonCode =
  | 'pending'
  | 'Client.UserInitiatedShutdown'
  | 'Client.InstanceInitiatedShutdown'
  | 'Client.UserInitiatedHibernate'
  | 'Server.SpotInstanceTermination'
  | 'Server.SpotInstanceShutdown'

export const stateReasons: Readonly<Record<StateReasonCode, string>> = {
  pending: 'pending',
  'Client.UserInitiatedShutdown': 'Client.UserInitiatedShutdown: User initiated shutdown',
  'Client.UserInitiatedHibernate': 'Client.UserInitiatedHibernate: User initiated hibernate',
  'Client.InstanceInitiatedShutdown':
    'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
  'Server.SpotInstanceTermination': 'Server.SpotInstanceTermination: Spot instance termination',
  'Server.SpotInstanceShutdown': 'Server.SpotInstanceShutdown: Spot instance shutdown',
}

/** `User initiated (2026-05-01 09:30:00 GMT)`. */
export const userInitiated = (now: number): string => `User initiated (${second(now)} GMT)`

/** What EC2 ended itself: a spot instance that was interrupted. */
export const serviceInitiated = (now: number): string => `Service initiated (${second(now)} GMT)`

const second = (now: number) => new Date(now).toISOString().slice(0, 19).replace('T', ' ')

/** EC2 tells launches and attachments to the second. @returns ms since the epoch */
export const wholeSecond = (now: number): number => now - (now % 1000)
